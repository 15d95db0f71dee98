// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.TestKeys;

/** Frames are filled, refused, offered again and vouched for in the same way when their entries are encrypted. */
class EncryptedGroupCommitTest extends GroupCommitTest {
    @Override
    Encryption encryption() {
        return TestKeys.of("k");
    }
}
