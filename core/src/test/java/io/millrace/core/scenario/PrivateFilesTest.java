// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.core.engine.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program keeps is for its user alone, whatever the umask. */
@Timeout(60)
class PrivateFilesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Set<PosixFilePermission> OF_USER = PosixFilePermissions.fromString("rwx------");

    @TempDir
    private Path directory;

    @Test
    void everythingThatAProgramKeepsIsForItsUserAlone() throws Exception {
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Topic topic = Topic.create("private", 1);
        Path kept = directory.resolve("kept");
        Path savepoint = directory.resolve("savepoint");
        CountDownLatch counted = new CountDownLatch(1);
        try (StreamingContext context = StreamingContext.builder("private")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(kept.resolve("checkpoint"))
                .set("records.on-error", "dead-letter")
                .build()) {
            context.receive("lines", "topic-receiver", Map.of("topic", "private"))
                    .map(record -> Integer.parseInt(record.valueUtf8()))
                    .mapToPair(number -> Pair.of("all", (long) number))
                    .runningReduce("total", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("out", batch -> {
                        if (batch.count() > 0) {
                            counted.countDown();
                        }
                    });
            context.start();
            topic.add(0, "1");
            topic.add(0, "no number");
            assertThat(counted.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            isOfUser(kept.resolve("checkpoint/LOCK"));
            assertThat(context.stopWithSavepoint(savepoint, SOON)).isTrue();
        }
        isOfUser(savepoint);
        assertThat(all(kept))
                .allSatisfy(file -> isOfUser(file))
                .anyMatch(file -> file.toString().endsWith(".letters"))
                .anyMatch(file -> file.toString().endsWith(".wal"));
    }

    private static List<Path> all(Path kept) throws IOException {
        try (Stream<Path> found = Files.walk(kept)) {
            return found.toList();
        }
    }

    private static void isOfUser(Path file) throws IOException {
        assertThat(OF_USER).as(file.toString()).containsAll(Files.getPosixFilePermissions(file));
    }
}
