// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.OutputAssert;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What stands behind a stream that slides runs when that stream has a batch, and at no other time. Batch n holds n and is
 * at n seconds after a time that every slide here divides.
 */
class SlidingStreamsTest {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final StateSpec<String, Integer> STATE = StateSpec.named("s", Codecs.STRING, Codecs.INT);

    private static Window window(int length, int slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    private static List<List<Integer>> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(List::of).toList();
    }

    /** What comes of the last four seconds, every two, in all modes, written whole as often as can be. */
    private static OutputAssert everyTwo(int batches, Function<DStream<Integer>, DStream<?>> program) {
        return StreamHarness.of(
                        "out", in -> program.apply(in.input("n", Codecs.INT).window("w", Codecs.INT, window(4, 2))))
                .batches("n", numbers(batches))
                .set("state.snapshot-after", "4KiB")
                .inAllModes()
                .run()
                .assertOutput("out");
    }

    /** The seconds at which a function of the program was called. */
    private static Set<Long> seconds(int batches, BiConsumer<DStream<Integer>, Set<Long>> program) {
        Set<Long> seconds = Collections.synchronizedSet(new TreeSet<>());
        StreamHarness.of(in -> {
                    DStream<Integer> numbers = in.input("n", Codecs.INT);
                    program.accept(numbers.window("w", Codecs.INT, window(4, 2)), seconds);
                    in.collect("out", numbers);
                })
                .batches("n", numbers(batches))
                .run();
        return seconds;
    }

    private static long second(Instant batchTime) {
        return Duration.between(BEGIN, batchTime).toSeconds();
    }

    private static PairDStream<String, Integer> ones(DStream<?> stream) {
        return stream.mapToPair(any -> Pair.of("n", 1));
    }

    @Test
    void B_state_behind_a_count_of_a_window() {
        everyTwo(
                        5,
                        window -> ones(window.count())
                                .runningReduce("s", Codecs.STRING, Codecs.INT, Integer::sum)
                                .map(Pair::value))
                .batches(List.of(), List.of(1), List.of(), List.of(2), List.of());
    }

    @Test
    void B_what_makes_elements_of_nothing_makes_none_where_there_is_no_batch() {
        everyTwo(5, window -> window.count()).batches(List.of(), List.of(2L), List.of(), List.of(4L), List.of());
        everyTwo(5, window -> window.transform((time, batch) -> List.of(batch.count())))
                .batches(List.of(), List.of(2L), List.of(), List.of(4L), List.of());
        everyTwo(
                        5,
                        window -> window.transformWith(
                                window.count(),
                                (time, batch, count) ->
                                        List.of(batch.count(), count.collect().get(0))))
                .batches(List.of(), List.of(2L, 2L), List.of(), List.of(4L, 4L), List.of());
        everyTwo(5, window -> window.glom().map(List::size).reduce(Integer::sum))
                .batches(List.of(), List.of(2), List.of(), List.of(4), List.of());
        everyTwo(5, window -> window.map(n -> n + 1).count().union(window.count()))
                .batches(List.of(), List.of(2L, 2L), List.of(), List.of(4L, 4L), List.of());
        everyTwo(5, window -> window.countByWindow("c", window(4, 4)))
                .batches(List.of(), List.of(), List.of(), List.of(6L), List.of());
    }

    @Test
    void B_a_window_over_what_makes_elements_of_nothing() {
        everyTwo(8, window -> window.count().window("c", Codecs.LONG, window(4, 4)))
                .batches(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(2L, 4L),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(4L, 4L));
        everyTwo(
                        8,
                        window -> window.transform((time, batch) -> List.of("n"))
                                .mapToPair(any -> Pair.of("n", 1))
                                .reduceByKeyAndWindow(
                                        STATE, window(4, 4), Integer::sum, (total, leaving) -> total - leaving)
                                .map(Pair::value))
                .batches(List.of(), List.of(), List.of(), List.of(2), List.of(), List.of(), List.of(), List.of(2));
    }

    @Test
    void B_mapWithState_behind_a_window() {
        everyTwo(
                        5,
                        window -> ones(window.count()).mapWithState(STATE, (key, value, state) -> {
                            int calls = state.find().orElse(0) + value.orElse(0);
                            state.update(calls);
                            return calls;
                        }))
                .batches(List.of(), List.of(1), List.of(), List.of(2), List.of());
        everyTwo(
                        5,
                        window -> ones(window.count())
                                .mapWithState(STATE, (key, value, state) -> {
                                    state.update(state.find().orElse(0) + value.orElse(0));
                                    return "";
                                })
                                .stateSnapshots()
                                .map(Pair::value))
                .batches(List.of(), List.of(1), List.of(), List.of(2), List.of());
    }

    @Test
    void B_updateStateByKey_behind_a_window() {
        everyTwo(
                        5,
                        window -> ones(window)
                                .updateStateByKey(STATE, (values, calls) -> Optional.of(calls.orElse(0) + 1))
                                .map(Pair::value))
                .batches(List.of(), List.of(1), List.of(), List.of(2), List.of());
    }

    @Test
    void B_a_state_behind_a_state_of_a_window_in_the_same_stage() {
        everyTwo(
                        7,
                        window -> ones(window)
                                .reduceByKeyAndWindow(STATE, window(4, 4), Integer::sum)
                                .runningReduce("r", Codecs.STRING, Codecs.INT, Integer::sum)
                                .map(Pair::value))
                .batches(List.of(), List.of(), List.of(), List.of(6), List.of(), List.of(), List.of());
    }

    @Test
    void B_timeouts_behind_a_window_are_counted_in_its_batches() {
        List<Long> timedOut = Collections.synchronizedList(new ArrayList<>());
        seconds(
                12,
                (window, seconds) -> window.filter(n -> n == 2)
                        .mapToPair(n -> Pair.of("n", n))
                        .mapWithState(STATE.timeout(Duration.ofSeconds(3)), (time, key, value, state) -> {
                            if (state.isTimingOut()) {
                                timedOut.add(second(time));
                            } else {
                                state.update(value.orElseThrow());
                            }
                            return Optional.empty();
                        })
                        .foreachBatch(batch -> {}));
        assertThat(timedOut).containsExactly(8L); // last seen at 4 s, and due every 2 s
    }

    @Test
    void B_functions_and_outputs_behind_a_window_are_called_in_its_batches_only() {
        assertThat(seconds(
                        6,
                        (window, seconds) -> window.transform((time, batch) -> {
                                    seconds.add(second(time));
                                    return batch.collect();
                                })
                                .foreachBatch(batch -> {})))
                .containsExactly(2L, 4L, 6L);
        assertThat(seconds(
                        6,
                        (window, seconds) -> window.count()
                                .map(n -> 0)
                                .foreachBatch(
                                        batch -> seconds.add(second(batch.id().batchTime())))))
                .containsExactly(2L, 4L, 6L);
        assertThat(seconds(
                        6,
                        (window, seconds) -> ones(window)
                                .updateStateByKey(STATE, (time, key, values, state) -> {
                                    seconds.add(second(time));
                                    return Optional.of(1);
                                })
                                .foreachBatch(batch -> {})))
                .containsExactly(2L, 4L, 6L);
        List<Integer> calls = Collections.synchronizedList(new ArrayList<>());
        seconds(
                5,
                (window, seconds) -> window.mapPartitions(all -> {
                            calls.add(1);
                            return List.of();
                        })
                        .foreachBatch(batch -> {}));
        assertThat(calls).hasSize(2 * 2); // two batches of two partitions
    }

    @Test
    void B_a_join_of_two_streams_that_slide() {
        everyTwo(
                        5,
                        window -> ones(window.count())
                                .fullOuterJoin(ones(window.transform((time, batch) -> List.of(time))))
                                .count())
                .batches(List.of(), List.of(1L), List.of(), List.of(1L), List.of());
    }

    @Test
    void B_a_state_that_slides_is_written_whole_and_loses_nothing_when_it_is_not_due() {
        String key = "n".repeat(3000);
        List<List<Integer>> expected = new ArrayList<>();
        for (int batch = 1; batch <= 30; batch++) {
            expected.add(batch % 3 == 0 ? List.of(10 + batch / 3) : List.of());
        }
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT)
                                .window("w", Codecs.INT, window(3, 3))
                                .count()
                                .mapToPair(count -> Pair.of(key, 1))
                                .mapWithState(
                                        STATE.initial(List.of(Pair.of(key, 10))).timeout(Duration.ofDays(1)),
                                        (k, value, state) -> {
                                            state.update(state.find().orElse(0) + value.orElse(0));
                                            return state.get();
                                        }))
                .batches("n", numbers(30))
                .set("state.snapshot-after", "4KiB")
                .inAllModes()
                .run()
                .assertOutput("out")
                .batches(expected);
    }
}
