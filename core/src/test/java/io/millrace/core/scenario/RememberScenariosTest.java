// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scenarios C8 and C9: which batches a stream remembers, and what slice shows of them. Batch n holds n, at n seconds. */
class RememberScenariosTest {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration ALL = Duration.ofHours(1);

    private static List<List<Integer>> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(List::of).toList();
    }

    private static Instant at(long millis) {
        return BEGIN.plusMillis(millis);
    }

    /** The elements of the batches between two times, by the second of the batch. */
    private static SortedMap<Long, List<Integer>> sliced(DStream<Integer> stream, long from, long to) {
        SortedMap<Long, List<Integer>> batches = new TreeMap<>();
        for (Batch<Integer> batch : stream.slice(at(from), at(to))) {
            long second = Duration.between(BEGIN, batch.id().batchTime()).toSeconds();
            batches.put(second, batch.collect().stream().sorted().toList());
        }
        return batches;
    }

    /** Runs a program, and {@code look} at its end. */
    private static void run(int batches, java.util.function.Function<DStream<Integer>, Runnable> program) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Long> looked = new ArrayList<>();
        StreamHarness.of(in -> {
                    DStream<Integer> numbers = in.input("n", Codecs.INT);
                    Runnable look = program.apply(numbers);
                    in.collect("out", numbers);
                    numbers.foreachBatch("look", batch -> {
                        if (batch.id().batchTime().equals(at(batches * 1000L))) {
                            looked.add(batch.count());
                            try {
                                look.run();
                            } catch (Throwable thrown) {
                                failure.set(thrown);
                            }
                        }
                    });
                })
                .batches("n", numbers(batches))
                .run();
        assertThat(failure.get()).isNull();
        assertThat(looked).hasSize(1);
    }

    @Test
    void C8_each_stream_remembers_as_long_as_it_was_told_and_no_parent_needs_to() {
        run(10, numbers -> {
            DStream<Integer> map = numbers.map(n -> n).remember(Duration.ofSeconds(3));
            DStream<Integer> inner =
                    map.window("inner", Codecs.INT, window(2, 1)).remember(Duration.ofSeconds(5));
            DStream<Integer> outer =
                    inner.window("outer", Codecs.INT, window(4, 2)).remember(Duration.ofSeconds(3));
            DStream<Integer> last = numbers.filter(n -> true).remember(Duration.ofMillis(1));
            return () -> {
                assertThat(sliced(map, 0, 20_000)).containsOnlyKeys(8L, 9L, 10L);
                assertThat(sliced(inner, 0, 20_000)).containsOnlyKeys(6L, 7L, 8L, 9L, 10L);
                assertThat(sliced(outer, 0, 20_000))
                        .containsOnlyKeys(8L, 10L)
                        .containsEntry(10L, List.of(6, 7, 7, 8, 8, 9, 9, 10));
                assertThat(sliced(last, 0, 20_000)).containsOnlyKeys(10L);
            };
        });
    }

    @Test
    void C8_of_several_durations_the_longest_counts() {
        run(6, numbers -> {
            DStream<Integer> map = numbers.map(n -> n)
                    .remember(Duration.ofSeconds(1))
                    .remember(Duration.ofSeconds(4))
                    .remember(Duration.ofSeconds(2));
            return () -> assertThat(sliced(map, 0, 20_000)).containsOnlyKeys(3L, 4L, 5L, 6L);
        });
    }

    private static Window window(int length, int slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    @Test
    void C9_slice_has_the_batches_between_two_times_moved_back_to_the_grid() {
        run(5, numbers -> {
            DStream<Integer> map = numbers.map(n -> n).remember(ALL);
            return () -> {
                assertThat(sliced(map, 0, 1000).values()).containsExactly(List.of(1));
                assertThat(sliced(map, 0, 2000).values()).containsExactly(List.of(1), List.of(2));
                assertThat(sliced(map, 1000, 2000).values()).containsExactly(List.of(1), List.of(2));
                assertThat(sliced(map, 2000, 4000).values()).containsExactly(List.of(2), List.of(3), List.of(4));
                assertThat(sliced(map, 2999, 4999).values()).containsExactly(List.of(2), List.of(3), List.of(4));
                assertThat(sliced(map, 4000, 2000)).isEmpty();
                assertThat(sliced(map, 7000, 9000)).isEmpty();
            };
        });
    }

    @Test
    void C9_slice_is_refused_before_the_start_and_of_a_stream_that_remembers_nothing() {
        run(1, numbers -> {
            DStream<Integer> map = numbers.map(n -> n).remember(ALL);
            assertThatThrownBy(() -> map.slice(at(0), at(1000)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'map' at RememberScenariosTest.java:")
                    .hasMessageContaining("has not been initialized");
            DStream<Integer> other = numbers.map(n -> n);
            return () -> assertThatThrownBy(() -> other.slice(at(0), at(1000)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'map' at RememberScenariosTest.java:")
                    .hasMessageContaining("call remember(Duration)");
        });
    }
}
