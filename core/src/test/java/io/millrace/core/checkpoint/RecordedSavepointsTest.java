// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.encryption.KeyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Savepoints as each version of the format was written once: of a program {@code fixture} that had counted {@code a b a} and
 * {@code c}, and had received {@code d}. Their files are never written again.
 */
class RecordedSavepointsTest {
    @TempDir
    private Path directory;

    @Test
    void version1IsRead() throws IOException {
        readsAll("savepoint-1.zip", Map.of());
    }

    @Test
    void version2IsReadWithItsKey() throws IOException {
        Map<String, String> key = new KeyFile(directory.resolve("keys"), "k1").settings();
        readsAll("savepoint-2.zip", key);
        assertThatThrownBy(() -> readsAll("savepoint-2.zip", Map.of())).hasMessageContaining("the key 'k1'");
    }

    private void readsAll(String name, Map<String, String> settings) throws IOException {
        Path file = directory.resolve(name);
        if (Files.notExists(file)) {
            try (InputStream in = RecordedSavepointsTest.class.getResourceAsStream(name)) {
                Files.copy(in, file);
            }
        }
        Path place = Files.createTempDirectory(directory, "checkpoint");
        try (CheckpointEditor editor = CheckpointEditor.open(place.toUri(), settings, null, false)) {
            assertThat(editor.importFrom(file).program()).isEqualTo("fixture");
        }
        try (Checkpoint checkpoint = Checkpoint.open(place.toUri(), settings, null)) {
            CheckpointSummary summary = checkpoint.summary();
            assertThat(summary.positions()).isEqualTo(Map.of("lines", Map.of("fixture-0", "3")));
            assertThat(summary.lastCommitted()).hasToString("Optional[2026-11-23T01:32:31.850Z]");
            assertThat(summary.uncommitted()).hasSize(2);
            assertThat(summary.states()).containsOnlyKeys("totals");
            Checkpoint.Verified verified = checkpoint.verify();
            assertThat(verified.stateEntries()).isEqualTo(1);
            assertThat(verified.blocks()).isEqualTo(2);
        }
    }
}
