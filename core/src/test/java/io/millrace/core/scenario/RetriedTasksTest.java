// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A task that fails after it has changed its state, and is run again, counts nothing twice and loses nothing. */
class RetriedTasksTest {
    private static final StateSpec<String, Integer> STATE = StateSpec.named("state", Codecs.STRING, Codecs.INT);
    private static final Window THREE = Window.of(Duration.ofSeconds(3));

    /** Operators by name; each ends in elements that the failing function after it can tell apart. */
    private static final Map<String, Function<PairDStream<String, Integer>, DStream<?>>> OPERATORS = Map.of(
            "runningReduce", pairs -> pairs.runningReduce(STATE, Integer::sum),
            "reduceByKey then runningReduce",
                    pairs -> pairs.reduceByKey(Integer::sum).runningReduce(STATE, Integer::sum),
            "updateStateByKey",
                    pairs -> pairs.updateStateByKey(
                            STATE,
                            (values, state) -> values.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(state.orElse(0)
                                            + values.stream()
                                                    .mapToInt(Integer::intValue)
                                                    .sum())),
            "mapWithState",
                    pairs -> pairs.mapWithState(STATE.timeout(Duration.ofSeconds(2)), (key, value, state) -> {
                        int total = state.find().orElse(0) + value.orElse(0);
                        if (!state.isTimingOut()) {
                            state.update(total);
                        }
                        return key + total + (state.isTimingOut() ? " timed out" : "");
                    }),
            "window", pairs -> pairs.window("w", Codecs.pair(Codecs.STRING, Codecs.INT), THREE),
            "window, naive", pairs -> pairs.reduceByKeyAndWindow(STATE, THREE, Integer::sum),
            "window, inverse", pairs -> pairs.reduceByKeyAndWindow(STATE, THREE, Integer::sum, (a, b) -> a - b),
            "window, filtered",
                    pairs -> pairs.reduceByKeyAndWindow(
                            STATE, THREE, Integer::sum, (a, b) -> a - b, pair -> pair.value() != 0),
            "cogroup", pairs -> pairs.cogroup(pairs.mapValues(value -> -value)),
            "groupByKey", pairs -> pairs.groupByKey().mapValues(List::size));

    static Stream<String> operators() {
        return OPERATORS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void countsOnce(String operator) {
        var expected = run(operator, false).output("out");
        run(operator, true).assertOutput("out").batches(expected);
    }

    private static io.millrace.testkit.stream.StreamResults run(String operator, boolean failing) {
        Set<Object> failed = ConcurrentHashMap.newKeySet();
        return StreamHarness.of("out", in -> {
                    DStream<?> made = OPERATORS.get(operator).apply(in.pairs("in", Codecs.STRING, Codecs.INT));
                    // each element fails once in each batch in which it is seen first
                    return made.map(element -> {
                        if (failing && failed.add(element)) {
                            throw new IllegalStateException("once");
                        }
                        return (Object) element;
                    });
                })
                .set("scheduler.task.max-failures", "50")
                .set("scheduler.task.retry-backoff", "0ms")
                .batches(
                        "in",
                        List.of(Pair.of("a", 1), Pair.of("b", 2), Pair.of("c", 3), Pair.of("a", 4)),
                        List.of(Pair.of("a", 5), Pair.of("d", -2)),
                        List.of(Pair.of("b", 7), Pair.of("d", 2)),
                        List.of(),
                        List.of(Pair.of("a", 9)),
                        List.of(),
                        List.of())
                .inAllModes()
                .run();
    }
}
