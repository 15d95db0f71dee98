// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.state.StateStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MvStateStoreTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path parent;

    private MvStateStore open() {
        return new MvStateStore(ScratchFile.create(parent, "a program"), MIB, MIB);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(parent.resolve("a+program.state"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Test
    void tablesHoldWhatWasPutIntoThem() {
        Random random = new Random(11);
        Map<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
        try (MvStateStore store = open()) {
            StateStore.Table table = store.table("counts", 0);
            StateStore.Table other = store.table("counts", 1);
            other.put(bytes(1), bytes(2));
            for (int i = 0; i < 60_000; i++) {
                byte[] key = bytes(random.nextInt(10_000));
                switch (random.nextInt(4)) {
                    case 0 -> assertThat(table.remove(key)).isEqualTo(expected.remove(key) != null);
                    case 1 -> assertThat(table.get(key)).isEqualTo(expected.get(key));
                    default -> {
                        byte[] value = new byte[random.nextInt(200)];
                        random.nextBytes(value);
                        table.put(key, value);
                        expected.put(key, value);
                    }
                }
            }
            Map<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
            table.forEach(found::put);
            assertThat(table.size()).isEqualTo(expected.size());
            assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
            found.forEach((key, value) -> assertThat(value).isEqualTo(expected.get(key)));
            assertThat(other.get(bytes(1))).isEqualTo(bytes(2));
            assertThat(other.size()).isOne();
            assertThat(store.bytes()).isPositive();
        }
    }

    @Test
    void aRunRemovesItsFileAndThoseOfDeadRuns() throws IOException {
        Path directory = Files.createDirectories(parent.resolve("a+program.state"));
        Files.writeString(directory.resolve("1-1-dead.lock"), "");
        Files.writeString(directory.resolve("1-1-dead.mv"), "what a killed process left");
        Files.writeString(directory.resolve("notes.txt"), "of somebody else");

        try (MvStateStore first = open();
                MvStateStore second = open()) {
            first.table("t", 0).put(bytes(1), bytes(1));
            second.table("t", 0).put(bytes(1), bytes(2));

            assertThat(first.table("t", 0).get(bytes(1))).isEqualTo(bytes(1));
            assertThat(files()).hasSize(5).contains("notes.txt").noneMatch(name -> name.startsWith("1-1-"));
        }
        assertThat(files()).containsExactly("notes.txt");
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertThatThrownBy(() -> ScratchFile.create(file, "p"))
                .isInstanceOf(MillraceException.class)
                .hasMessageStartingWith("the state store cannot use the directory '" + file.resolve("p.state") + "'")
                .hasMessageEndingWith(
                        "; set state.store.directory to a directory of a local disk that this process may write");
    }

    @Test
    void aFullDiskIsSaidAndTheStoreIsNotUsedAgain() throws IOException {
        FilePath.register(new FullDisk());
        ScratchFile file = ScratchFile.create(parent, "a program");
        byte[] large = new byte[10_000];
        new Random(3).nextBytes(large);
        try (MvStateStore store = new MvStateStore(file, FullDisk.SCHEME + ":" + file.content(), MIB, MIB)) {
            StateStore.Table table = store.table("t", 0);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            table.put(bytes(i), large);
                        }
                    })
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM))
                    .hasMessageContaining(file.content() + "' cannot be read or written")
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("nothing is lost: see that its disk has room");
            assertThatThrownBy(() -> table.get(bytes(1))).hasMessageContaining("No space left on device");
        }
        assertThat(files()).isEmpty();
    }
}
