// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CoGroup;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import io.millrace.testkit.stream.TestStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scenarios A: operators without state. */
class OperatorScenariosTest {
    @Test
    void A1_reduceByKey_and_mapValues() {
        StreamResults results = StreamHarness.of(in -> {
                    PairDStream<String, Integer> counts = in.input("words", Codecs.STRING)
                            .mapToPair(word -> Pair.of(word, 1))
                            .reduceByKey(Integer::sum);
                    in.collect("counts", counts);
                    in.collect("more", counts.mapValues(count -> count + 10));
                })
                .batches("words", List.of("a", "a", "b"), List.of("", ""), List.of())
                .inAllModes()
                .run();
        results.assertOutput("counts")
                .batches(List.of(Pair.of("a", 2), Pair.of("b", 1)), List.of(Pair.of("", 2)), List.of());
        results.assertOutput("more")
                .batches(List.of(Pair.of("a", 12), Pair.of("b", 11)), List.of(Pair.of("", 12)), List.of());
    }

    @Test
    void A2_count_of_an_empty_batch_is_0() {
        StreamHarness.of("count", in -> in.input("numbers", Codecs.INT).count())
                .batches("numbers", List.of(), List.of(1), List.of(1, 2), List.of(1, 2, 3), List.of(1, 2, 3, 4))
                .inAllModes()
                .run()
                .assertOutput("count")
                .batches(List.of(0L), List.of(1L), List.of(2L), List.of(3L), List.of(4L));
    }

    @Test
    void A2_reduce() {
        StreamHarness.of("sum", in -> in.input("numbers", Codecs.INT).reduce(Integer::sum))
                .batches("numbers", List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9, 10, 11, 12), List.of())
                .inAllModes()
                .run()
                .assertOutput("sum")
                .batches(List.of(10), List.of(26), List.of(42), List.of());
    }

    @Test
    void A3_glom_and_mapPartitions_see_partitions() {
        StreamResults results = StreamHarness.of(in -> {
                    var numbers = in.input("numbers", Codecs.INT);
                    in.collect("lists", numbers.glom());
                    in.collect("sums", numbers.mapPartitions(all -> {
                        int sum = 0;
                        for (int each : all) {
                            sum += each;
                        }
                        return List.of(sum);
                    }));
                })
                .partitions(2)
                .batches("numbers", List.of(1, 2, 3, 4))
                .run();
        results.assertOutput("lists").batch(0, List.of(1, 2), List.of(3, 4));
        results.assertOutput("sums").batches(List.of(3, 7));
    }

    @Test
    void A3_glom_and_mapPartitions_of_a_batch_without_elements() {
        StreamResults results = StreamHarness.of(in -> {
                    var numbers = in.input("numbers", Codecs.INT);
                    in.collect("lists", numbers.map(n -> n).glom());
                    in.collect(
                            "sizes",
                            numbers.union(in.input("others", Codecs.INT)).mapPartitions(all -> {
                                List<Integer> list = new ArrayList<>();
                                all.forEach(list::add);
                                return List.of(list.size());
                            }));
                    in.collect("numbers", numbers);
                })
                .partitions(2)
                .batches("numbers", List.of(), List.of(1, 2, 3, 4), List.of())
                .batches("others", List.of(), List.of(), List.of(5))
                .inAllModes()
                .run();
        results.assertOutput("lists")
                .batches(List.of(List.of()), List.of(List.of(1, 2), List.of(3, 4)), List.of(List.of()));
        results.assertOutput("sizes").batches(List.of(0, 0), List.of(2, 2, 0), List.of(0, 1));
        results.assertOutput("numbers").batches(List.of(), List.of(1, 2, 3, 4), List.of());
    }

    @Test
    void A3_repartition_to_more_and_to_fewer() {
        List<Integer> hundred = IntStream.rangeClosed(1, 100).boxed().toList();
        for (int[] change : new int[][] {{2, 5}, {5, 2}}) {
            StreamHarness.of("numbers", in -> in.input("numbers", Codecs.INT).repartition(change[1]))
                    .partitions(change[0])
                    .batches("numbers", hundred)
                    .run()
                    .assertOutput("numbers")
                    .hasPartitions(0, change[1])
                    .batches(hundred);
        }
    }

    private static PairDStream<String, Object> left(TestStreams in) {
        return in.input("left", Codecs.STRING).mapToPair(key -> Pair.of(key, 1));
    }

    private static PairDStream<String, Object> right(TestStreams in) {
        return in.input("right", Codecs.STRING).mapToPair(key -> Pair.of(key, "x"));
    }

    private static StreamHarness sides(StreamHarness harness) {
        return harness.batches("left", List.of("a", "b"), List.of("a", ""), List.of(""), List.of())
                .batches("right", List.of("a", "b"), List.of("b", ""), List.of(), List.of(""));
    }

    @Test
    void A4_join() {
        sides(StreamHarness.of("join", in -> left(in).join(right(in))))
                .run()
                .assertOutput("join")
                .batches(
                        List.of(Pair.of("a", Pair.of(1, "x")), Pair.of("b", Pair.of(1, "x"))),
                        List.of(Pair.of("", Pair.of(1, "x"))),
                        List.of(),
                        List.of());
    }

    @Test
    void A4_leftOuterJoin() {
        sides(StreamHarness.of("join", in -> left(in).leftOuterJoin(right(in))))
                .run()
                .assertOutput("join")
                .batches(
                        List.of(Pair.of("a", Pair.of(1, Optional.of("x"))), Pair.of("b", Pair.of(1, Optional.of("x")))),
                        List.of(Pair.of("", Pair.of(1, Optional.of("x"))), Pair.of("a", Pair.of(1, Optional.empty()))),
                        List.of(Pair.of("", Pair.of(1, Optional.empty()))),
                        List.of());
    }

    @Test
    void A4_rightOuterJoin() {
        sides(StreamHarness.of("join", in -> left(in).rightOuterJoin(right(in))))
                .run()
                .assertOutput("join")
                .batches(
                        List.of(Pair.of("a", Pair.of(Optional.of(1), "x")), Pair.of("b", Pair.of(Optional.of(1), "x"))),
                        List.of(
                                Pair.of("", Pair.of(Optional.of(1), "x")),
                                Pair.of("b", Pair.of(Optional.empty(), "x"))),
                        List.of(),
                        List.of(Pair.of("", Pair.of(Optional.empty(), "x"))));
    }

    @Test
    void A4_fullOuterJoin() {
        sides(StreamHarness.of("join", in -> left(in).fullOuterJoin(right(in))))
                .run()
                .assertOutput("join")
                .batch(
                        1,
                        Pair.of("", Pair.of(Optional.of(1), Optional.of("x"))),
                        Pair.of("a", Pair.of(Optional.of(1), Optional.empty())),
                        Pair.of("b", Pair.of(Optional.empty(), Optional.of("x"))))
                .batch(2, Pair.of("", Pair.of(Optional.of(1), Optional.empty())))
                .batch(3, Pair.of("", Pair.of(Optional.empty(), Optional.of("x"))));
    }

    @Test
    void A4_cogroup_keeps_all_values_of_both() {
        StreamHarness.of("groups", in -> left(in).cogroup(right(in)))
                .batches("left", List.of("a", "a", "b"), List.of())
                .batches("right", List.of("a", "a", "c"), List.of())
                .run()
                .assertOutput("groups")
                .batches(
                        List.of(
                                Pair.of("a", new CoGroup<>(List.of(1, 1), List.of("x", "x"))),
                                Pair.of("b", new CoGroup<>(List.of(1), List.of())),
                                Pair.of("c", new CoGroup<>(List.of(), List.of("x")))),
                        List.of());
    }

    @Test
    void A4_a_stream_joins_itself() {
        StreamHarness.of("join", in -> {
                    PairDStream<String, Object> stream = left(in);
                    return stream.join(stream.mapValues(value -> "y"));
                })
                .batches("left", List.of("a", "a"))
                .run()
                .assertOutput("join")
                .batches(List.of(
                        Pair.of("a", Pair.of(1, "y")),
                        Pair.of("a", Pair.of(1, "y")),
                        Pair.of("a", Pair.of(1, "y")),
                        Pair.of("a", Pair.of(1, "y"))));
    }

    @Test
    void A5_union_of_many_transform_and_transformWith() {
        StreamResults results = StreamHarness.of(in -> {
                    var a = in.input("a", Codecs.INT);
                    var b = in.input("b", Codecs.INT);
                    var c = in.input("c", Codecs.INT);
                    in.collect("union", in.context().union(List.of(a, b, c)));
                    in.collect(
                            "sorted",
                            a.transform((time, batch) ->
                                    batch.collect().stream().sorted().toList()));
                    in.collect("with", a.transformWith(b, (time, left, right) -> List.of(left.count(), right.count())));
                    in.collect("all", in.context().transform(List.of(a, b, c), (time, batches) -> {
                        List<Long> counts = new ArrayList<>();
                        batches.forEach(batch -> counts.add(batch.count()));
                        return counts;
                    }));
                })
                .batches("a", List.of(3, 1, 2), List.of())
                .batches("b", List.of(4), List.of(5))
                .batches("c", List.of(), List.of())
                .inAllModes()
                .run();
        results.assertOutput("union").batches(List.of(1, 2, 3, 4), List.of(5));
        results.assertOutput("sorted").inOrder().batches(List.of(1, 2, 3), List.of());
        results.assertOutput("with").inOrder().batches(List.of(3L, 1L), List.of(0L, 1L));
        results.assertOutput("all").inOrder().batches(List.of(3L, 1L, 0L), List.of(0L, 1L, 0L));
    }

    @Test
    @SuppressWarnings("NullAway") // what it is about
    void A5_a_transform_that_returns_null_stops_the_program_and_is_named() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("in", Codecs.INT).transform((time, batch) -> null))
                        .batches("in", List.of(1))
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("'transform' at OperatorScenariosTest.java:")
                .hasMessageContaining("returned null");
    }

    @Test
    void A_byKey_operators_and_values() {
        StreamResults results = StreamHarness.of(in -> {
                    PairDStream<String, Integer> pairs = in.pairs("pairs", Codecs.STRING, Codecs.INT);
                    in.collect(
                            "grouped",
                            pairs.groupByKey()
                                    .mapValues(
                                            values -> values.stream().sorted().toList()));
                    in.collect("grouped3", pairs.groupByKey(3).mapValues(List::size));
                    in.collect(
                            "combined",
                            pairs.combineByKey(value -> "" + value, (text, value) -> text + value, (a, b) -> a + b)
                                    .mapValues(String::length));
                    in.collect(
                            "aggregated",
                            pairs.aggregateByKey(() -> 100L, (sum, value) -> sum + value, (a, b) -> a + b - 100));
                    in.collect("flat", pairs.flatMapValues(value -> List.of(value, -value)));
                    in.collect("values", pairs.map(Pair::value).countByValue());
                })
                .batches("pairs", List.of(Pair.of("a", 1), Pair.of("b", 2), Pair.of("a", 2)), List.of())
                .inAllModes()
                .run();
        results.assertOutput("grouped")
                .batches(List.of(Pair.of("a", List.of(1, 2)), Pair.of("b", List.of(2))), List.of());
        results.assertOutput("grouped3").batches(List.of(Pair.of("a", 2), Pair.of("b", 1)), List.of());
        results.assertOutput("combined").batches(List.of(Pair.of("a", 2), Pair.of("b", 1)), List.of());
        results.assertOutput("aggregated").batches(List.of(Pair.of("a", 103L), Pair.of("b", 102L)), List.of());
        results.assertOutput("flat")
                .batches(
                        List.of(
                                Pair.of("a", 1),
                                Pair.of("a", -1),
                                Pair.of("b", 2),
                                Pair.of("b", -2),
                                Pair.of("a", 2),
                                Pair.of("a", -2)),
                        List.of());
        results.assertOutput("values").batches(List.of(Pair.of(1, 1L), Pair.of(2, 2L)), List.of());
    }

    @Test
    void A_a_partitioner_decides_and_a_wrong_one_is_named() {
        StreamHarness.of(
                        "counts",
                        in -> in.pairs("pairs", Codecs.INT, Codecs.INT)
                                .reduceByKey(Integer::sum, new Modulo(3))
                                .glom())
                .batches("pairs", List.of(Pair.of(1, 1), Pair.of(4, 1), Pair.of(2, 1), Pair.of(1, 1)))
                .run()
                .assertOutput("counts")
                .hasPartitions(0, 3)
                .satisfies(all ->
                        assertThat(all.values().iterator().next().get(0).get(0)).isEqualTo(List.of(List.of())));
        assertThatThrownBy(() -> StreamHarness.of(
                                "counts",
                                in -> in.pairs("pairs", Codecs.INT, Codecs.INT).groupByKey(new Modulo(3)))
                        .batches("pairs", List.of(Pair.of(-1, 1)))
                        .run())
                .hasMessageContaining("the partitioner puts key '-1' into partition -1, but there are 3");
    }

    private record Modulo(int partitions) implements io.millrace.api.Partitioner<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public int partition(Integer key) {
            return key % partitions;
        }
    }

    @Test
    void A_streams_of_different_contexts_do_not_meet() {
        List<PairDStream<String, Object>> kept = new ArrayList<>();
        StreamHarness.of("out", in -> {
                    kept.add(left(in));
                    return kept.get(0);
                })
                .batches("left", List.of("a"))
                .run();
        assertThatThrownBy(() -> StreamHarness.of("out", in -> left(in).join(kept.get(0)))
                        .batches("left", List.of("a"))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'join' at OperatorScenariosTest.java:")
                .hasMessageContaining("different contexts");
    }
}
