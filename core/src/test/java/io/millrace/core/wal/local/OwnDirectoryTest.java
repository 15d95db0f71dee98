// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.api.StreamingContext;
import io.millrace.core.engine.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of logs that other users can write to, or could. */
@Timeout(60)
class OwnDirectoryTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Path checkpoint;
    private int runs;

    @BeforeEach
    void create() throws IOException {
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        checkpoint = directory.resolve("checkpoint");
    }

    private void runOnce() throws Exception {
        Topic topic = Topic.create("own", 1);
        CountDownLatch seen = new CountDownLatch(1);
        try (StreamingContext context = StreamingContext.builder("own")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(checkpoint)
                .build()) {
            context.receive("lines", "topic-receiver", Map.of("topic", "own"))
                    .map(record -> record.valueUtf8())
                    .foreachBatch("out", batch -> {
                        if (batch.count() > 0) {
                            seen.countDown();
                        }
                    });
            context.start();
            runs++;
            for (int i = 0; i < runs; i++) {
                topic.add(0, "1"); // the last one is new
            }
            assertThat(seen.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    private static void change(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String of(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> found = Files.walk(checkpoint)) {
            return found.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx", "rwxrwxrwx"})
    void oneThatOthersCanWriteToIsRefused(String permissions) throws Exception {
        Files.createDirectory(checkpoint);
        change(checkpoint, permissions);
        assertThatThrownBy(this::runOnce)
                .hasMessageContaining("other users can write to the directory " + checkpoint + " (" + permissions + ")")
                .hasMessageContaining("name a directory below it, which is made for this user alone (0700)");
        assertThat(of(checkpoint)).as("it is left as it is").isEqualTo(permissions);
        assertThat(all()).as("nothing is made in it").containsExactly(checkpoint);
    }

    @Test
    void oneThatTheProgramDidNotMakeKeepsItsPermissions() throws Exception {
        Files.createDirectory(checkpoint);
        change(checkpoint, "rwxr-xr-x");
        runOnce();
        runOnce();
        assertThat(of(checkpoint)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void whatAnEarlierVersionMadeIsTightened() throws Exception {
        runOnce();
        for (Path made : all()) {
            change(made, Files.isDirectory(made) ? "rwxrwxr-x" : "rw-rw-r--");
        }
        runOnce();
        for (Path made : all()) {
            assertThat(of(made)).as(made.toString()).endsWith("------");
        }
    }

    @Test
    void whatIsNotTheProgramsIsLeftAlone() throws Exception {
        runOnce();
        Path notes = Files.writeString(checkpoint.resolve("notes.txt"), "mine");
        change(notes, "rw-rw-r--");
        for (Path made : all()) {
            if (!made.equals(notes) && !made.equals(checkpoint)) {
                change(made, Files.isDirectory(made) ? "rwxr-xr-x" : "rw-r--r--");
            }
        }
        runOnce();
        assertThat(of(notes)).isEqualTo("rw-rw-r--");
        assertThat(of(checkpoint.resolve("LOCK"))).isEqualTo("rw-------");
        change(checkpoint, "rwxrwxr-x");
        assertThatThrownBy(this::runOnce).hasMessageContaining("chmod go-w");
    }
}
