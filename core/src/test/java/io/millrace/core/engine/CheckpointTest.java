// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointSummary;
import io.millrace.spi.wal.WalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking at what a program has on disk, while it runs and afterwards. */
class CheckpointTest {
    @TempDir
    private Path directory;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private StreamingContext wordCount(String provider) {
        StreamingContext context = StreamingContext.builder("words")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory.toUri())
                .build();
        context.receive("lines", provider, Map.of("topic", "checkpoint"))
                .flatMap(record -> List.of(record.valueUtf8().split(" ")))
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("seen", batch -> batch.forEach(pair -> seen.add(pair.toString())));
        return context;
    }

    @Test
    void saysHowFarAProgramHasComeWhileItRunsAndAfterwards() throws Exception {
        for (String provider : List.of("topic-direct", "topic-receiver")) {
            run(provider);
        }
    }

    private void run(String provider) throws Exception {
        Topic topic = Topic.create("checkpoint", 1);
        topic.add(0, "a b a");
        Path own = Files.createTempDirectory(directory, provider);
        Path before = directory;
        directory = own;
        seen.clear();
        try (StreamingContext context = wordCount(provider)) {
            context.start();
            await().until(() -> seen.contains("(a,2)"));
            CheckpointSummary running = summary();
            assertThat(running.programId()).isEqualTo("words");
            assertThat(running.closed()).isFalse();
            assertThat(running.interval()).isEqualTo(Duration.ofMillis(20));
            topic.add(0, "c");
            await().until(() -> seen.contains("(c,1)"));
            assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
        }
        CheckpointSummary stopped = summary();
        assertThat(stopped.closed()).isTrue();
        assertThat(stopped.epoch()).isEqualTo(1);
        assertThat(stopped.lastCommitted()).isPresent().isEqualTo(stopped.lastPlanned());
        assertThat(stopped.uncommitted()).isEmpty();
        assertThat(stopped.waitingBlocks()).isZero();
        assertThat(stopped.positions().get("lines")).containsOnlyKeys("checkpoint-0");
        assertThat(stopped.states()).containsOnlyKeys("totals");
        assertThat(stopped.states().get("totals").codecs()).isEqualTo("string/1 -> long/1");
        try (Checkpoint checkpoint = Checkpoint.open(directory.toUri(), Map.of(), null)) {
            Checkpoint.Verified verified = checkpoint.verify();
            assertThat(verified.stateEntries()).isPositive();
            assertThat(verified.facts()).isGreaterThan(3);
        }
        directory = before;
    }

    private CheckpointSummary summary() {
        try (Checkpoint checkpoint = Checkpoint.open(directory.toUri(), Map.of(), null)) {
            return checkpoint.summary();
        }
    }

    @Test
    void damageIsNamed() throws Exception {
        Topic topic = Topic.create("checkpoint", 1);
        topic.add(0, "a");
        try (StreamingContext context = wordCount("topic-direct")) {
            context.start();
            await().until(() -> seen.contains("(a,1)"));
            assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
        }
        flip(segmentsOf("state").get(0));
        try (Checkpoint checkpoint = Checkpoint.open(directory.toUri(), Map.of(), null)) {
            assertThatThrownBy(checkpoint::verify)
                    .isInstanceOf(WalException.class)
                    .hasMessageContaining("log 'state'")
                    .hasMessageContaining("damaged in segment")
                    .hasMessageContaining("fails its checksum");
        }
    }

    private List<Path> segmentsOf(String log) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(log))) {
            return files.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        }
    }

    /** Changes a letter of the state's name, which every entry has. */
    private static void flip(Path file) throws IOException {
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(all.lastIndexOf("totals"));
            raw.write('T');
        }
    }

    @Test
    void whereThereIsNoneIsSaid() {
        assertThatThrownBy(() -> Checkpoint.open(directory.resolve("none").toUri(), Map.of(), null))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("there is no checkpoint at")
                .hasMessageContaining("none");
        assertThat(directory.resolve("none")).doesNotExist();
        assertThatThrownBy(() -> Checkpoint.open(URI.create("ftp://x"), Map.of(), null))
                .hasMessageContaining("ftp");
    }
}
