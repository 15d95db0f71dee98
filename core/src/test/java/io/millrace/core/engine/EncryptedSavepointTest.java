// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.encryption.KeyFile;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Savepoints, moves and changes of a program whose checkpoint is encrypted. */
class EncryptedSavepointTest extends SavepointTest {
    private Map<String, String> settings = Map.of();

    @BeforeEach
    void makeKey() {
        settings = new KeyFile(directory.resolve("keys"), "k").settings();
    }

    @Override
    Map<String, String> settings() {
        return settings;
    }
}
