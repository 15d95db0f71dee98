// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StatefulDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.core.engine.Topic;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import io.millrace.testkit.stream.TestStreams;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State beyond memory is what state in memory is: over restarts, kills, tasks that fail, and snapshots. */
class SpilledStateTest {
    private static final StateSpec<String, Long> STATE = StateSpec.named("state", Codecs.STRING, Codecs.LONG);
    private static final int BATCHES = 6;

    private static final Map<String, BiConsumer<TestStreams, PairDStream<String, Long>>> PROGRAMS = Map.of(
            "runningReduce",
            (in, pairs) -> in.collect("out", flaky(pairs.runningReduce(STATE, Long::sum))),
            "mapWithState",
            (in, pairs) -> {
                StatefulDStream<String, Long, String> totals =
                        pairs.mapWithState(STATE.timeout(Duration.ofSeconds(3)), (key, value, state) -> {
                            long total = state.find().orElse(0L) + value.orElse(0L);
                            if (state.isTimingOut()) {
                                return key + " timed out with " + total;
                            }
                            if (total % 7 == 0) {
                                state.remove();
                            } else {
                                state.update(total);
                            }
                            return key + " " + total;
                        });
                in.collect("out", flaky(totals));
                in.collect("snapshots", totals.stateSnapshots());
            },
            "mapWithState, without a timeout",
            (in, pairs) -> in.collect("out", pairs.mapWithState(STATE, (key, value, state) -> {
                long total = state.find().orElse(0L) + value.orElse(0L);
                state.update(total);
                return key + " " + total;
            })),
            "windows over event time",
            (in, pairs) -> in.collect(
                    "out",
                    pairs.reduceByKeyAndEventTime(
                            STATE,
                            EventTime.<Long>session(Duration.ofSeconds(2), Instant::ofEpochSecond)
                                    .allowedLateness(Duration.ofSeconds(5)),
                            value -> value,
                            Long::sum)));

    private static <T> DStream<T> flaky(DStream<T> stream) {
        Set<Object> failed = ConcurrentHashMap.newKeySet();
        return stream.map(element -> {
            if (element.hashCode() % 50 == 0 && failed.add(element)) {
                throw new IllegalStateException("once");
            }
            return element;
        });
    }

    static Stream<String> programs() {
        return PROGRAMS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void isWhatStateInMemoryIs(String program) {
        StreamResults inMemory = harness(program).run();
        StreamResults spilled = harness(program)
                .set("state.store", "heap")
                .set("state.memory", "4KiB")
                .set("state.snapshot-after", "4KiB")
                .inAllModes()
                .run();
        spilled.assertOutput("out").batches(inMemory.output("out"));
        if (program.equals("mapWithState")) {
            spilled.assertOutput("snapshots").batches(inMemory.output("snapshots"));
        }
    }

    private static StreamHarness harness(String program) {
        Random random = new Random(42);
        List<List<Pair<String, Long>>> batches = new ArrayList<>();
        for (int b = 0; b < BATCHES; b++) {
            List<Pair<String, Long>> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                batch.add(Pair.of("key " + random.nextInt(200), 4L * b + random.nextInt(8)));
            }
            batches.add(batch);
        }
        return StreamHarness.of(in -> PROGRAMS.get(program).accept(in, in.pairs("in", Codecs.STRING, Codecs.LONG)))
                .set("scheduler.task.max-failures", "100")
                .set("scheduler.task.retry-backoff", "0ms")
                .batches("in", batches)
                .seed(7);
    }

    @Test
    void settingsOfAStoreThatIsNotThereAreRefused() {
        assertThatThrownBy(() -> start("state.store.directory", "/somewhere"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("'state.store.directory' is set, but no state store: set state.store");
        assertThatThrownBy(() -> start("state.store", "heep"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("unknown state store 'heep', did you mean 'heap'?");
    }

    private static void start(String key, String value) {
        try (StreamingContext context = StreamingContext.builder("refused")
                .batchInterval(Duration.ofMillis(50))
                .checkpoint(URI.create("mem:/"))
                .set(key, value)
                .build()) {
            Topic.create("refused", 1);
            context.receive("topic-direct", Map.of("topic", "refused"))
                    .mapToPair(view -> Pair.of(view.valueUtf8(), 1L))
                    .runningReduce(STATE, Long::sum)
                    .foreachBatch("out", batch -> assertThat(batch.count()).isNotNegative());
            context.start();
        }
    }
}
