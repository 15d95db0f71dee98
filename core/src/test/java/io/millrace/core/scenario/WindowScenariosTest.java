// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.OutputAssert;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.TestStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scenarios B: windows. Batch n is at n + 1 seconds after a time that every slide here divides. */
class WindowScenariosTest {
    private static final StateSpec<String, Integer> SUMS = StateSpec.named("sums", Codecs.STRING, Codecs.INT);

    private static Window window(int length, int slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    private static OutputAssert sixNumbers(int length, int slide) {
        return StreamHarness.of(
                        "window", in -> in.input("n", Codecs.INT).window("w", Codecs.INT, window(length, slide)))
                .batches("n", List.of(0), List.of(1), List.of(2), List.of(3), List.of(4), List.of(5))
                .inAllModes()
                .run()
                .assertOutput("window");
    }

    @Test
    void B1_window_2_by_1() {
        sixNumbers(2, 1).batches(List.of(0), List.of(0, 1), List.of(1, 2), List.of(2, 3), List.of(3, 4), List.of(4, 5));
    }

    @Test
    void B2_window_2_by_2() {
        sixNumbers(2, 2).batches(List.of(), List.of(0, 1), List.of(), List.of(2, 3), List.of(), List.of(4, 5));
    }

    @Test
    void B3_window_4_by_2() {
        sixNumbers(4, 2)
                .batches(List.of(), List.of(0, 1), List.of(), List.of(0, 1, 2, 3), List.of(), List.of(2, 3, 4, 5));
    }

    @Test
    void B4_window_2_by_3() {
        sixNumbers(2, 3).batches(List.of(), List.of(), List.of(1, 2), List.of(), List.of(), List.of(4, 5));
    }

    private static PairDStream<String, Integer> naive(PairDStream<String, Integer> pairs, Window window) {
        return pairs.reduceByKeyAndWindow(SUMS, window, Integer::sum);
    }

    private static PairDStream<String, Integer> inverse(PairDStream<String, Integer> pairs, Window window) {
        return pairs.reduceByKeyAndWindow(SUMS, window, Integer::sum, (total, leaving) -> total - leaving);
    }

    private static PairDStream<String, Integer> filtered(PairDStream<String, Integer> pairs, Window window) {
        return pairs.reduceByKeyAndWindow(
                SUMS, window, Integer::sum, (total, leaving) -> total - leaving, pair -> pair.value() != 0);
    }

    private static List<List<Pair<String, Integer>>> ofA(Integer... values) {
        List<List<Pair<String, Integer>>> batches = new ArrayList<>();
        for (int value : values) {
            batches.add(value == Integer.MIN_VALUE ? List.of() : List.of(Pair.of("a", value)));
        }
        return batches;
    }

    private static final int NONE = Integer.MIN_VALUE;

    @Test
    void B5_reduceByKeyAndWindow_4_by_2_naive_and_inverse_alike() {
        for (boolean invertible : new boolean[] {false, true}) {
            StreamHarness.of("sums", in -> {
                        PairDStream<String, Integer> pairs = in.pairs("n", Codecs.STRING, Codecs.INT);
                        return invertible ? inverse(pairs, window(4, 2)) : naive(pairs, window(4, 2));
                    })
                    .batches("n", ofA(1, 2, 3, 4, 5, 6, NONE, NONE))
                    .inAllModes()
                    .run()
                    .assertOutput("sums")
                    .batches(ofA(NONE, 3, NONE, 10, NONE, 18, NONE, 11));
        }
    }

    @Test
    void B6_what_is_left_of_a_key_when_all_its_values_have_left() {
        b6("naive").batches(ofA(1, 2, 1, NONE));
        b6("inverse").batches(ofA(1, 2, 1, 0));
        b6("filtered").batches(ofA(1, 2, 1, NONE));
    }

    private static OutputAssert b6(String how) {
        return StreamHarness.of("sums", in -> {
                    PairDStream<String, Integer> pairs = in.pairs("n", Codecs.STRING, Codecs.INT);
                    return switch (how) {
                        case "naive" -> naive(pairs, window(2, 1));
                        case "inverse" -> inverse(pairs, window(2, 1));
                        default -> filtered(pairs, window(2, 1));
                    };
                })
                .batches("n", ofA(1, 1, NONE, NONE))
                .inAllModes()
                .run()
                .assertOutput("sums");
    }

    @Test
    void B6_a_total_that_is_filtered_out_while_its_values_are_still_in_the_window_comes_back() {
        StreamHarness.of("sums", in -> filtered(in.pairs("n", Codecs.STRING, Codecs.INT), window(2, 1)))
                .batches("n", ofA(5, -5, NONE, NONE, 7))
                .inAllModes()
                .run()
                .assertOutput("sums")
                .batches(ofA(5, NONE, -5, NONE, 7));
    }

    @Test
    void B9_a_window_that_is_no_multiple_of_its_parents_slide_is_refused_where_it_is_declared() {
        refused(in -> in.input("n", Codecs.INT).window("w", Codecs.INT, Window.of(Duration.ofMillis(1500))))
                .hasMessageContaining("'window' at WindowScenariosTest.java:")
                .hasMessageContaining("length PT1.5S is not a multiple of PT1S");
        refused(in -> in.input("n", Codecs.INT)
                        .window("w", Codecs.INT, window(4, 2))
                        .window("v", Codecs.INT, window(4, 3)))
                .hasMessageContaining("slide PT3S is not a multiple of PT2S, by which 'window(w)' at");
        refused(in -> in.input("n", Codecs.INT).union(in.input("m", Codecs.INT).window("w", Codecs.INT, window(2, 2))))
                .hasMessageContaining("'union' at WindowScenariosTest.java:")
                .hasMessageContaining("give them the same slide");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
            java.util.function.Function<TestStreams, ? extends DStream<?>> program) {
        return assertThatThrownBy(() -> StreamHarness.of("out", program)
                        .batches("n", List.of(1))
                        .run())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void B_windows_of_windows() {
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT)
                                .window("inner", Codecs.INT, window(2, 2))
                                .window("outer", Codecs.INT, window(4, 2)))
                .batches("n", List.of(0), List.of(1), List.of(2), List.of(3), List.of(4), List.of(5))
                .inAllModes()
                .run()
                .assertOutput("out")
                .batches(List.of(), List.of(0, 1), List.of(), List.of(0, 1, 2, 3), List.of(), List.of(2, 3, 4, 5));
    }

    @Test
    void B_counts_groups_and_reductions_over_windows() {
        Window two = Window.of(Duration.ofSeconds(2));
        var results = StreamHarness.of(in -> {
                    DStream<String> words = in.input("words", Codecs.STRING);
                    in.collect("count", words.countByWindow("count", two));
                    in.collect("values", words.countByValueAndWindow("values", Codecs.STRING, two));
                    in.collect(
                            "grouped",
                            words.mapToPair(word -> Pair.of(word.substring(0, 1), word))
                                    .groupByKeyAndWindow("grouped", Codecs.STRING, Codecs.STRING, two)
                                    .mapValues(list -> list.stream().sorted().toList()));
                    in.collect(
                            "longest",
                            words.reduceByWindow("longest", Codecs.STRING, two, (a, b) -> a.compareTo(b) >= 0 ? a : b));
                    in.collect(
                            "length",
                            words.map(String::length)
                                    .reduceByWindow(
                                            "length", Codecs.INT, two, Integer::sum, (all, left) -> all - left));
                })
                .batches("words", List.of("aa", "b", "aa"), List.of("ab"), List.of(), List.of())
                .inAllModes()
                .run();
        results.assertOutput("count").batches(List.of(3L), List.of(4L), List.of(1L), List.of(0L));
        results.assertOutput("values")
                .batches(
                        List.of(Pair.of("aa", 2L), Pair.of("b", 1L)),
                        List.of(Pair.of("aa", 2L), Pair.of("b", 1L), Pair.of("ab", 1L)),
                        List.of(Pair.of("ab", 1L)),
                        List.of());
        results.assertOutput("grouped")
                .batches(
                        List.of(Pair.of("a", List.of("aa", "aa")), Pair.of("b", List.of("b"))),
                        List.of(Pair.of("a", List.of("aa", "aa", "ab")), Pair.of("b", List.of("b"))),
                        List.of(Pair.of("a", List.of("ab"))),
                        List.of());
        results.assertOutput("longest").batches(List.of("b"), List.of("b"), List.of("ab"), List.of());
        results.assertOutput("length").batches(List.of(5), List.of(7), List.of(2), List.of(0));
    }
}
