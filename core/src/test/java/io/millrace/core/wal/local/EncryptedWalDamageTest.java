// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.TestKeys;

/** Torn and corrupt are told apart by what is encrypted, as by what is not. */
class EncryptedWalDamageTest extends LocalWalDamageTest {
    @Override
    Encryption encryption() {
        return TestKeys.of("k");
    }
}
