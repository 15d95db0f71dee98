// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.TestKeys;

/** What a log does, it does encrypted. */
class EncryptedCommitLogTest extends CommitLogTest {
    @Override
    Encryption encryption() {
        return TestKeys.of("k1", "k2");
    }
}
