// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EngineTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Map<String, Long> totals = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void countsWordsAndAcknowledgesWhatIsDurable(String provider) {
        Topic topic = Topic.create("words-" + provider, 3);
        try (StreamingContext context = builder().build()) {
            wordCount(context, provider, topic("words-" + provider));
            context.start();
            for (int i = 0; i < 3_000; i++) {
                topic.add(i % 3, "a b" + i % 10 + " a");
            }
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(totals).containsEntry("a", 6_000L));
            assertThat(totals).hasSize(11).containsEntry("b7", 300L);
            assertThat(context.stopGracefully(DEADLINE)).isTrue();
        }
        assertThat(topic.acknowledged)
                .containsOnly(
                        Map.entry("words-" + provider + "-0", 1_000L),
                        Map.entry("words-" + provider + "-1", 1_000L),
                        Map.entry("words-" + provider + "-2", 1_000L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void nothingIsLostOrCountedTwiceOverAbruptStops(String provider) throws Exception {
        String name = "restarts-" + provider;
        Topic topic = Topic.create(name, 2);
        Random random = new Random(42);
        Map<String, Long> expected = new TreeMap<>();
        for (int run = 0; run < 8; run++) {
            try (StreamingContext context = builder().build()) {
                wordCount(context, provider, topic(name));
                context.start();
                for (int i = 0; i < 400; i++) {
                    String word = "w" + random.nextInt(50);
                    topic.add(random.nextInt(2), word);
                    expected.merge(word, 1L, Long::sum);
                    if (i % 100 == 0) {
                        context.awaitTermination(Duration.ofMillis(random.nextInt(20)));
                    }
                }
            }
        }
        try (StreamingContext context = builder().build()) {
            wordCount(context, provider, topic(name));
            context.start();
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(totals).isEqualTo(expected));
            context.stopGracefully(DEADLINE);
        }
    }

    @Test
    void F13_aBatchThatWasPlannedReadsTheSameRecordsWhenItIsRunAgain() throws Exception {
        Topic topic = Topic.create("again", 2);
        Map<Long, List<String>> seen = new ConcurrentSkipListMap<>();
        topic.add(0, "one");
        topic.add(1, "two");
        try (StreamingContext context = builder().build()) {
            records(context, "topic-receiver", "again").foreachBatch("out", batch -> {
                if (!batch.isEmpty()) {
                    seen.put(
                            batch.id().batchTime().toEpochMilli(),
                            batch.collect().stream().sorted().toList());
                    throw new IllegalStateException("the sink is away");
                }
            });
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(DEADLINE))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("output 'out' failed on batch")
                    .hasMessageContaining("the sink is away");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        Map<Long, List<String>> first = new TreeMap<>(seen);
        assertThat(first).hasSize(1);
        topic.add(0, "three");
        try (StreamingContext context = builder().build()) {
            records(context, "topic-receiver", "again").foreachBatch("out", batch -> {
                if (!batch.isEmpty()) {
                    seen.put(
                            batch.id().batchTime().toEpochMilli(),
                            batch.collect().stream().sorted().toList());
                }
            });
            context.start();
            await().atMost(DEADLINE).until(() -> seen.values().stream().anyMatch(all -> all.contains("three")));
            context.stopGracefully(DEADLINE);
        }
        assertThat(seen).containsAllEntriesOf(first);
        assertThat(seen.values().stream().flatMap(List::stream)).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void gracefulStopProcessesEverythingThatWasReceived() {
        for (int run = 0; run < 5; run++) {
            Topic topic = Topic.create("graceful", 1);
            totals.clear();
            try (StreamingContext context = StreamingContext.builder("graceful")
                    .batchInterval(Duration.ofMillis(50))
                    .checkpoint(URI.create("mem:/"))
                    .build()) {
                wordCount(context, "topic-receiver", topic("graceful"));
                context.start();
                for (int i = 0; i < 1_000; i++) {
                    topic.add(0, "x");
                }
                await().atMost(DEADLINE).until(() -> !topic.acknowledged.isEmpty());
                assertThat(context.stopGracefully(DEADLINE)).isTrue();
            }
            assertThat(totals)
                    .containsExactlyEntriesOf(topic.acknowledged.entrySet().stream()
                            .collect(HashMap::new, (map, e) -> map.put("x", e.getValue()), HashMap::putAll));
        }
    }

    @Test
    void countIsZeroForAnEmptyBatch() {
        Topic.create("nothing", 1);
        List<Long> counts = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (StreamingContext context = builder().build()) {
            records(context, "topic-direct", "nothing").count().foreachBatch(batch -> counts.addAll(batch.collect()));
            context.start();
            await().atMost(DEADLINE).until(() -> counts.size() >= 3);
        }
        assertThat(counts).containsOnly(0L);
    }

    @Test
    void unionAndTwoOutputsShareOnePass() {
        Topic topic = Topic.create("union", 2);
        List<String> merged = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<Long> counts = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (StreamingContext context = builder().build()) {
            DStream<String> words = records(context, "topic-direct", "union");
            words.map(String::toUpperCase)
                    .union(words.filter(word -> word.startsWith("a")))
                    .foreachBatch("merged", batch -> merged.addAll(batch.collect()));
            words.count().foreachBatch("count", batch -> counts.addAll(batch.collect()));
            topic.add(0, "a");
            topic.add(1, "b");
            context.start();
            await().atMost(DEADLINE)
                    .until(() -> counts.stream().mapToLong(c -> c).sum() == 2);
        }
        assertThat(merged).containsExactlyInAnyOrder("A", "B", "a");
    }

    @Test
    void aTaskThatThrowsStopsTheProgramAndSaysWhere() {
        Topic topic = Topic.create("poison", 1);
        topic.add(0, "boom");
        try (StreamingContext context = builder().build()) {
            records(context, "topic-direct", "poison")
                    .map(word -> Integer.parseInt(word))
                    .print();
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(DEADLINE))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CODE))
                    .hasMessageContaining("failed in 4 attempts in stage 'topic-direct → map")
                    .hasMessageContaining("'map' at EngineTest.java:")
                    .hasMessageContaining("failed on 'boom'")
                    .hasMessageContaining("NumberFormatException");
        }
    }

    @Test
    void aProgramWithoutAnOutputIsRefused() {
        Topic.create("none", 1);
        try (StreamingContext context = builder().build()) {
            records(context, "topic-direct", "none").map(word -> word);
            assertThatThrownBy(context::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessage(
                            "program 'engine-test' has no output, so nothing would run: call foreachBatch or print on a"
                                    + " stream");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
    }

    @Test
    void aMistypedSettingIsRefusedWithASuggestion() {
        assertThatThrownBy(() -> builder().set("block.intervall", "5ms").build())
                .hasMessageContaining("unknown setting 'block.intervall', did you mean 'block.interval'?");
        assertThatThrownBy(() -> builder().set("block.interval", "soon").build())
                .hasMessageContaining("'block.interval' = 'soon'")
                .hasMessageContaining("give a duration with a unit");
    }

    @Test
    void aSettingOfNoListenerIsRefused() {
        Topic.create("listeners", 1);
        try (StreamingContext context =
                builder().set("listener.queue-sise", "99").build()) {
            records(context, "topic-direct", "listeners").print(0);
            assertThatThrownBy(context::start)
                    .hasMessageStartingWith("unknown setting 'listener.queue-sise': there is listener.queue-size");
        }
    }

    @Test
    void aSettingOfAPluginIsCheckedBeforeAnythingRuns() {
        Topic.create("wal-setting", 1);
        try (StreamingContext context =
                builder().set("wal.segment.sise", "1MiB").build()) {
            records(context, "topic-direct", "wal-setting").print(0);
            assertThatThrownBy(context::start)
                    .hasMessageContaining("unknown setting 'segment.sise', did you mean 'segment.size'?");
        }
        try (StreamingContext context = builder().build()) {
            context.receive("topic-direkt", topic("wal-setting"))
                    .map(record -> record.offset())
                    .print(0);
            assertThatThrownBy(context::start).hasMessageContaining("'topic-direkt'");
        }
    }

    @Test
    void anotherProgramsCheckpointIsRefused() {
        Topic.create("mine", 1);
        try (StreamingContext context = builder().build()) {
            records(context, "topic-direct", "mine").print(0);
            context.start();
            context.stopGracefully(DEADLINE);
        }
        try (StreamingContext other = StreamingContext.builder("somebody-else")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory)
                .build()) {
            records(other, "topic-direct", "mine").print(0);
            assertThatThrownBy(other::start)
                    .hasMessageContaining("belongs to program 'engine-test', not to 'somebody-else'");
        }
    }

    @Test
    void stopFromAnOutputFunctionDoesNotDeadlock() throws Exception {
        Topic.create("self-stop", 1);
        try (StreamingContext context = builder().build()) {
            records(context, "topic-direct", "self-stop").foreachBatch(batch -> context.stopGracefully(DEADLINE));
            context.start();
            assertThat(context.awaitTermination(DEADLINE)).isTrue();
        }
    }

    private StreamingContextBuilder builder() {
        return StreamingContext.builder("engine-test")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .checkpoint(directory);
    }

    private static Map<String, String> topic(String name) {
        return Map.of("topic", name);
    }

    private static DStream<String> records(StreamingContext context, String provider, String topic) {
        return context.receive(provider, topic(topic)).map(record -> record.valueUtf8());
    }

    private void wordCount(StreamingContext context, String provider, Map<String, String> settings) {
        context.receive(provider, settings)
                .flatMap(record -> List.of(record.valueUtf8().split(" ")))
                .mapToPair(word -> Pair.of(word, 1L))
                .reduceByKey(Long::sum)
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
    }
}
