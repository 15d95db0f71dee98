// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.LongAccumulator;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import io.millrace.testkit.stream.TestStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code batch.jobs = one-by-one}: what an output did is seen by the operators of those below it. */
class JobsOneByOneTest {
    private static StreamHarness oneByOne(StreamHarness harness) {
        return harness.set("batch.jobs", "one-by-one");
    }

    @ParameterizedTest
    @EnumSource
    void operatorsOfALaterOutputSeeWhatAnEarlierOneDid(RestartMode mode) {
        Set<Integer> known = ConcurrentHashMap.newKeySet();
        StreamResults results = oneByOne(StreamHarness.of(in -> {
                    DStream<Integer> numbers = in.input("n", Codecs.INT);
                    numbers.foreachBatch("learn", batch -> known.addAll(batch.collect()));
                    in.collect("known", numbers.map(n -> Pair.of(n, known.contains(n))));
                    numbers.foreachBatch("forget", batch -> known.removeAll(batch.collect()));
                    in.collect("forgotten", numbers.map(n -> Pair.of(n, known.contains(n))));
                }))
                .modes(mode)
                .seed(197)
                .batches("n", List.of(1, 2, 3), List.of(4))
                .run();
        results.assertOutput("known")
                .batches(List.of(Pair.of(1, true), Pair.of(2, true), Pair.of(3, true)), List.of(Pair.of(4, true)));
        results.assertOutput("forgotten")
                .batches(List.of(Pair.of(1, false), Pair.of(2, false), Pair.of(3, false)), List.of(Pair.of(4, false)));
    }

    @Test
    void theyAreSeenBehindExchangesAndStatesToo() {
        List<Integer> model = new ConcurrentLinkedList<>();
        StreamResults results = oneByOne(StreamHarness.of(in -> {
                    PairDStream<Integer, Integer> numbers =
                            in.input("n", Codecs.INT).mapToPair(n -> Pair.of(n % 2, n));
                    PairDStream<Integer, Integer> sums =
                            numbers.runningReduce("sums", Codecs.INT, Codecs.INT, Integer::sum);
                    sums.foreachBatch("learn", batch -> batch.forEach(pair -> model.add(pair.value())));
                    in.collect("sizes", numbers.reduceByKey(Integer::sum).mapValues(sum -> model.size()));
                    in.collect("states", sums.mapValues(sum -> model.contains(sum)));
                }))
                .batches("n", List.of(1, 2, 3), List.of(5))
                .run();
        results.assertOutput("sizes").batches(List.of(Pair.of(0, 2), Pair.of(1, 2)), List.of(Pair.of(1, 3)));
        results.assertOutput("states").batches(List.of(Pair.of(0, true), Pair.of(1, true)), List.of(Pair.of(1, true)));
    }

    /** A list that tasks read while nobody writes. */
    private static final class ConcurrentLinkedList<E> extends ArrayList<E> {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized boolean add(E element) {
            return super.add(element);
        }
    }

    @Test
    void aStreamThatSeveralOutputsReadIsStillComputedOnce() {
        AtomicInteger calls = new AtomicInteger();
        List<Long> seen = new ArrayList<>();
        oneByOne(StreamHarness.of(in -> {
                    LongAccumulator counted = in.context().accumulator("counted");
                    DStream<Integer> shared = in.input("n", Codecs.INT).map(n -> {
                        calls.incrementAndGet();
                        counted.add(1);
                        return n;
                    });
                    for (int i = 0; i < 3; i++) {
                        in.collect("out-" + i, shared.map(n -> {
                            counted.add(100);
                            return n + 1;
                        }));
                        shared.foreachBatch("total-" + i, batch -> seen.add(counted.value()));
                    }
                }))
                .batches("n", List.of(1, 2, 3), List.of(4))
                .restartAfter(0)
                .run()
                .assertOutput("out-2")
                .batches(List.of(2, 3, 4), List.of(5));
        assertThat(calls).hasValue(4);
        assertThat(seen).containsExactly(303L, 603L, 903L, 1004L, 1104L, 1204L);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfStreamGivesWhatItGivesOtherwise(RestartMode mode) {
        List<List<?>> numbers = new ArrayList<>();
        for (int batch = 0; batch < 8; batch++) {
            numbers.add(batch % 3 == 2 ? List.of() : List.of(batch, batch + 1, 2 * batch));
        }
        List<Map<String, Map<Instant, List<String>>>> both = new ArrayList<>();
        for (String jobs : List.of("together", "one-by-one")) {
            Map<String, Map<Instant, List<String>>> outputs = new TreeMap<>();
            StreamHarness.of(in -> declareAll(in, outputs))
                    .set("batch.jobs", jobs)
                    .modes(mode)
                    .seed(197)
                    .batches("n", numbers)
                    .batches("m", numbers.subList(0, 5))
                    .run();
            both.add(outputs);
        }
        assertThat(both.get(1)).isEqualTo(both.get(0));
        assertThat(both.get(0)).hasSize(21);
    }

    private static void declareAll(TestStreams in, Map<String, Map<Instant, List<String>>> outputs) {
        DStream<Integer> n = in.input("n", Codecs.INT);
        DStream<Integer> m = in.input("m", Codecs.INT);
        show("n", n, outputs);
        PairDStream<Integer, Integer> pairs = n.mapToPair(i -> Pair.of(i % 3, i));
        show("filtered", n.filter(i -> i > 2), outputs);
        show("both", n.union(m), outputs);
        show("mapped-both", n.union(m).map(i -> -i), outputs);
        show("both-again", m.map(i -> i * 7).union(n.map(i -> i * 5)), outputs);
        show("count", n.count(), outputs);
        show("pairs", pairs, outputs);
        PairDStream<Integer, Integer> sums = pairs.reduceByKey(Integer::sum, 3);
        show("sums", sums, outputs);
        show("kept-keys", sums.mapValues(i -> i + 1), outputs);
        show("again", sums.mapValues(i -> i + 1).reduceByKey(Integer::max, 3), outputs);
        show("repartitioned", n.repartition(3).map(i -> i + 3), outputs);
        PairDStream<Integer, Integer> totals = sums.runningReduce("totals", Codecs.INT, Codecs.INT, Integer::sum);
        show("totals", totals, outputs);
        show("more-totals", totals.runningReduce("more", Codecs.INT, Codecs.INT, Integer::max), outputs);
        var mapped = pairs.mapWithState(StateSpec.named("mapped", Codecs.INT, Codecs.INT), (key, value, state) -> {
            int sum = state.find().orElse(0) + value.orElse(0);
            state.update(sum);
            return sum % 2;
        });
        show("snapshots", mapped.stateSnapshots(), outputs);
        Window window = Window.of(Duration.ofSeconds(4), Duration.ofSeconds(2));
        show("windows", n.window("w", Codecs.INT, window), outputs);
        show("counts", n.countByValue(), outputs);
        show("joined", sums.join(pairs.reduceByKey(Integer::min, 3)), outputs);
        show("transformed", n.transform((time, batch) -> List.of(batch.count())), outputs);
        show(
                "times",
                pairs.reduceByKeyAndEventTime(
                        StateSpec.named("times", Codecs.INT, Codecs.INT),
                        EventTime.tumbling(Duration.ofSeconds(3), i -> Instant.ofEpochSecond(i)),
                        i -> i,
                        Integer::sum),
                outputs);
        show("top", n.top(2, Integer::compare), outputs);
        show("mapped", mapped.map(i -> i), outputs);
        in.collect("n-again", n);
        n.remember(Duration.ofSeconds(1));
        m.mapToPair(i -> Pair.of(i, i)).runningReduce("unread", Codecs.INT, Codecs.INT, Integer::sum);
    }

    /** An output whose elements do not depend on the order of tasks; of a batch that runs again, the last counts. */
    private static void show(String name, DStream<?> stream, Map<String, Map<Instant, List<String>>> outputs) {
        stream.foreachBatch(name, batch -> {
            List<String> elements = new ArrayList<>();
            batch.forEach(element -> elements.add(element.toString()));
            elements.sort(null);
            outputs.computeIfAbsent(name, o -> new TreeMap<>()).put(batch.id().batchTime(), elements);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"outputs.concurrent", "batches.concurrent"})
    void whatRunsAtOnceCannotRunOneByOne(String setting) {
        assertThatThrownBy(() -> oneByOne(StreamHarness.of("out", in -> in.input("n", Codecs.INT)))
                        .set(setting, "2")
                        .batches("n", List.of(1))
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("batch.jobs = one-by-one")
                .hasMessageContaining(setting + " = 2");
    }

    @Test
    void elementsThatABatchDoesWithoutAreToldOnce() {
        ConcurrentLinkedQueue<Long> skipped = new ConcurrentLinkedQueue<>();
        oneByOne(StreamHarness.of(in -> {
                    DStream<Integer> odd = in.input("n", Codecs.INT).map(n -> {
                        if (n % 2 == 0) {
                            throw new IllegalArgumentException("even");
                        }
                        return n;
                    });
                    in.collect("odd", odd);
                    in.collect("odder", odd.map(n -> n + 2));
                }))
                .set("records.on-error", "skip")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof StreamingEvent.RecordsSkipped some) {
                            skipped.add(some.count());
                        }
                    }
                })
                .batches("n", List.of(1, 2, 3, 4))
                .run()
                .assertOutput("odder")
                .batch(0, 3, 5);
        assertThat(skipped).containsExactly(2L);
    }
}
