// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that has more in it than logs: what is no log is left alone, whatever it is called. */
class ForeignFilesTest {
    @TempDir
    Path root;

    @Test
    void filesWhoseNamesALogCouldHaveAreLeftAlone() throws IOException {
        Files.writeString(root.resolve("log"), "a program's own");
        Files.writeString(root.resolve("mvnw"), "#!/bin/sh\n");
        Files.createDirectories(root.resolve("target/classes"));
        try (LocalWalStore store = open()) {
            long epoch = store.claim("ledger", TestLogs.ME);
            new Appends(store.open("ledger", epoch)).append(10);
            assertThat(store.logs()).containsExactly("ledger");
        }
        try (LocalWalStore again = open()) {
            assertThat(again.claim("ledger", TestLogs.ME)).isEqualTo(2);
            assertThat(again.logs()).containsExactly("ledger");
        }
        assertThat(root.resolve("log")).hasContent("a program's own");
        assertThat(root.resolve("mvnw")).hasContent("#!/bin/sh\n");
    }

    @Test
    void aDirectoryWithAFileLogOfAnotherProgramIsLeftAlone() throws IOException {
        Path database = Files.createDirectory(root.resolve("cache"));
        Files.writeString(database.resolve("LOG"), "2026/01/01 RocksDB version: 9.0.0\n");
        Files.createDirectories(root.resolve("logs/LOG"));
        try (LocalWalStore store = open()) {
            store.claim("ledger", TestLogs.ME);
            assertThat(store.logs()).isEmpty();
        }
    }

    @Test
    void aLogWhoseFileLogIsDamagedIsNotTakenForAForeignDirectory() throws IOException {
        try (LocalWalStore store = open()) {
            long epoch = store.claim("ledger", TestLogs.ME);
            new Appends(store.open("state", epoch)).append(10);
        }
        Files.writeString(root.resolve("state/LOG"), "damaged");
        try (LocalWalStore store = open()) {
            assertThatThrownBy(() -> store.claim("ledger", TestLogs.ME))
                    .isInstanceOf(WalException.class)
                    .hasMessageContaining("LOG is damaged");
        }
    }

    private LocalWalStore open() {
        return LocalWalStore.at(root, new LocalWalSettings(1 << 20, 0, true), new ManualClock());
    }
}
