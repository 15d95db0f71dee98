// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.api.source.Position;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointEditor;
import io.millrace.core.checkpoint.Savepoint;
import io.millrace.core.wal.memory.MemoryWalStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program has on durable storage goes to another place, is changed on purpose, and gets another name. */
class SavepointTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Map<String, Long> totals = new ConcurrentHashMap<>();
    private Topic topic;

    @BeforeEach
    void fresh() {
        topic = Topic.create("savepoint", 1);
    }

    private StreamingContextBuilder builder(String place) {
        StreamingContextBuilder builder = StreamingContext.builder("words")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory.resolve(place));
        settings().forEach(builder::set);
        return builder;
    }

    /** What programs and those who look at their checkpoints are told of encryption. */
    Map<String, String> settings() {
        return Map.of();
    }

    private StreamingContext wordCount(
            StreamingContextBuilder builder, String provider, StateSpec<String, Long> state) {
        StreamingContext context = builder.build();
        context.receive("lines", provider, Map.of("topic", "savepoint"))
                .flatMap(record -> List.of(record.valueUtf8().split(" ")))
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce(state, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
        return context;
    }

    private StreamingContext wordCount(StreamingContextBuilder builder, String provider) {
        return wordCount(builder, provider, named("totals"));
    }

    private static StateSpec<String, Long> named(String name) {
        return StateSpec.named(name, Codecs.STRING, Codecs.LONG);
    }

    Path savepoint() {
        return directory.resolve("words.savepoint");
    }

    private void stopWithSavepoint(String provider) {
        topic.add(0, "a b a");
        try (StreamingContext context = wordCount(builder("old"), provider)) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 2);
            assertThat(context.stopWithSavepoint(savepoint(), SOON)).isTrue();
        }
        totals.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void aProgramGoesOnFromASavepointInAnotherPlace(String provider) {
        stopWithSavepoint(provider);
        topic.add(0, "a c");

        try (StreamingContext context = wordCount(builder("new").savepoint(savepoint()), provider)) {
            context.start();
            await().until(() -> totals.containsKey("c"));
            assertThat(totals).containsEntry("a", 3L).containsEntry("c", 1L).doesNotContainKey("b");
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        // Its own checkpoint holds something now, and rules
        topic.add(0, "a");
        try (StreamingContext context = wordCount(builder("new").savepoint(savepoint()), provider)) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 4);
        }
    }

    @Test
    void blocksThatNoBatchHasReadComeAlong() throws Exception {
        topic.add(0, "a a");
        CountDownLatch never = new CountDownLatch(1);
        StreamingContext stuck = builder("old").build();
        stuck.receive("lines", "topic-receiver", Map.of("topic", "savepoint"))
                .flatMap(record -> List.of(record.valueUtf8().split(" ")))
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce(named("totals"), Long::sum)
                .foreachBatch("totals", batch -> {
                    if (batch.count() > 0) {
                        never.await();
                    }
                });
        try (stuck) {
            stuck.start();
            await().until(() -> topic.acknowledged.getOrDefault(topic.partition(0), 0L) == 1);
        }

        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("old").toUri(), settings(), null)) {
            checkpoint.export(savepoint(), false);
        }
        try (CheckpointEditor editor =
                CheckpointEditor.open(directory.resolve("new").toUri(), settings(), null, false)) {
            assertThat(editor.importFrom(savepoint()).program()).isEqualTo("words");
        }

        try (StreamingContext context = wordCount(builder("new"), "topic-receiver")) {
            context.start();
            await().until(() -> totals.containsKey("a"));
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(totals).containsExactly(Map.entry("a", 2L));
    }

    @Test
    void whatIsNoSavepointOrNotOnesOwnOrDamagedIsRefusedAndNothingIsBegun() throws IOException {
        stopWithSavepoint("topic-direct");
        byte[] whole = Files.readAllBytes(savepoint());

        Path other = directory.resolve("other");
        Files.writeString(other, "not a zip");
        refuses(other, "'" + other + "' is no savepoint, or was cut");
        refuses(directory.resolve("none"), "there is no savepoint");
        Files.write(other, java.util.Arrays.copyOf(whole, whole.length / 2));
        refuses(other, "is no savepoint, or was cut");

        StreamingContextBuilder others = StreamingContext.builder("others")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory.resolve("foreign"))
                .savepoint(savepoint());
        settings().forEach(others::set);
        StreamingContext foreign = others.build();
        foreign.receive("lines", "topic-direct", Map.of("topic", "savepoint"))
                .map(record -> record.offset())
                .foreachBatch("all", batch -> {});
        assertThatThrownBy(foreign::start)
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("was written by program 'words', not by 'others'");
        foreign.close();
    }

    private void refuses(Path file, String message) {
        try (StreamingContext context = wordCount(builder("new").savepoint(file), "topic-direct")) {
            assertThatThrownBy(context::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aChangedByteIsFound() throws IOException {
        stopWithSavepoint("topic-direct");
        byte[] bytes = Files.readAllBytes(savepoint());
        int found = 0;
        for (int at = 0; at < bytes.length; at += 3) {
            byte[] changed = bytes.clone();
            changed[at] ^= 0x10;
            Path file = directory.resolve("changed");
            Files.write(file, changed);
            String place = "changed-" + at;
            try (CheckpointEditor editor =
                    CheckpointEditor.open(directory.resolve(place).toUri(), settings(), null, false)) {
                editor.importFrom(file);
            } catch (MillraceException e) {
                found++;
                continue;
            }
            // What the zip format does not look at, such as times and attributes, changes nothing
            try (Checkpoint checkpoint =
                    Checkpoint.open(directory.resolve(place).toUri(), settings(), null)) {
                assertThat(checkpoint.summary().programId()).isEqualTo("words");
                assertThat(checkpoint.verify().stateEntries()).isPositive();
            }
        }
        assertThat(found).isGreaterThan(10);
    }

    @Test
    void aSavepointIsNeverWrittenOverAndAProgramThatDoesNotRunHasNone() throws IOException {
        Files.writeString(savepoint(), "mine");
        try (StreamingContext context = wordCount(builder("old"), "topic-direct")) {
            assertThatThrownBy(() -> context.stopWithSavepoint(savepoint(), SOON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not run");
            context.start();
            assertThatThrownBy(() -> context.stopWithSavepoint(savepoint(), SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("exists already");
            assertThatThrownBy(() -> context.stopWithSavepoint(directory.resolve("no/such/place"), SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("its directory is not there");
        }
        assertThat(savepoint()).hasContent("mine");
    }

    @Test
    void aStateTakesOverWhatItHadUnderAnotherNameAndTheOldOneStays() {
        stopWithSavepoint("topic-direct");
        topic.add(0, "a");
        try (StreamingContext context =
                wordCount(builder("old"), "topic-direct", named("words").formerly("counts", "totals"))) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 3);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        // All of it was written under the new name, not only what was touched
        topic.add(0, "b");
        try (StreamingContext context = wordCount(builder("old"), "topic-direct", named("words"))) {
            context.start();
            await().until(() -> totals.getOrDefault("b", 0L) == 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        try (CheckpointEditor editor =
                CheckpointEditor.open(directory.resolve("old").toUri(), settings(), null, false)) {
            assertThatThrownBy(() -> editor.forgetStates(List.of("totls")))
                    .hasMessageContaining("no state 'totls'")
                    .hasMessageContaining("totals");
            editor.forgetStates(List.of("totals"));
        }
        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("old").toUri(), settings(), null)) {
            assertThat(checkpoint.summary().states()).containsOnlyKeys("words");
        }
    }

    @Test
    void positionsAreMovedOnPurposeAndOnlyWhileTheProgramIsStopped() {
        topic.add(0, "a b a");
        try (StreamingContext context = wordCount(builder("old"), "topic-direct")) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 2);
            assertThatThrownBy(
                            () -> CheckpointEditor.open(directory.resolve("old").toUri(), settings(), null, false))
                    .isInstanceOf(MillraceException.class);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        try (CheckpointEditor editor =
                CheckpointEditor.open(directory.resolve("old").toUri(), settings(), null, false)) {
            assertThatThrownBy(() -> editor.setPositions("line", Map.of()))
                    .hasMessageContaining("knows no input 'line': it has [lines]");
            assertThat(editor.setPositions("lines", Map.of("savepoint-0", Position.of(0))))
                    .containsEntry("savepoint-0", Position.of(1));
        }

        try (StreamingContext context = wordCount(builder("old"), "topic-direct")) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 4); // read again, as was asked for
        }
    }

    @Test
    void aStoreThatFencesLosesNoProgramThatMayBeRunningUnlessItIsToBeTakenOver() {
        MemoryWalStoreProvider fencing = new MemoryWalStoreProvider();
        URI place = URI.create("mem:taken-over");
        StreamingContextBuilder builder = StreamingContext.builder("words")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(place)
                .provider(fencing);
        settings().forEach(builder::set);
        topic.add(0, "a");
        Map<String, Position> begin = Map.of("savepoint-0", Position.of(0));
        try (StreamingContext context = wordCount(builder, "topic-direct")) {
            context.start();
            await().until(() -> totals.containsKey("a"));
            assertThatThrownBy(() -> CheckpointEditor.open(place, settings(), null, false, List.of(fencing)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("may be running")
                    .hasMessageContaining("--takeover");
            topic.add(0, "a"); // it was not disturbed
            await().until(() -> totals.getOrDefault("a", 0L) == 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        // Stopped gracefully, and so also after the first change
        for (int change = 0; change < 2; change++) {
            try (CheckpointEditor editor = CheckpointEditor.open(place, settings(), null, false, List.of(fencing))) {
                editor.setPositions("lines", begin);
            }
        }
        try (StreamingContext context = wordCount(builder, "topic-direct")) {
            context.start();
            await().until(() -> totals.getOrDefault("a", 0L) == 4);
        }
        assertThatThrownBy(() -> CheckpointEditor.open(place, settings(), null, false, List.of(fencing)))
                .hasMessageContaining("was not stopped gracefully");
        CheckpointEditor.open(place, settings(), null, true, List.of(fencing)).close();
    }

    @Test
    void whatASavepointSaysOfItself() {
        stopWithSavepoint("topic-direct");

        assertThat(Savepoint.about(savepoint()).program()).isEqualTo("words");
        assertThat(Savepoint.about(savepoint()).lastCommitted()).startsWith("20");
    }
}
