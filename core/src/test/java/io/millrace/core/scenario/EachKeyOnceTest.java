// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.EventTime;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.Partitioner;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code runningReduce} leaves the exchange out after a stream that has each key once per batch already, and so does a
 * window. After any operator they must give what they give after an exchange of their own.
 */
class EachKeyOnceTest {
    private static final Window WINDOW = Window.of(Duration.ofSeconds(3));
    private static final EventTime<Long> TIME = EventTime.tumbling(Duration.ofSeconds(10), Instant::ofEpochSecond);

    private static StateSpec<String, Long> state(String name) {
        return StateSpec.named(name, Codecs.STRING, Codecs.LONG);
    }

    private static final Partitioner<String> BY_LENGTH = new Partitioner<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public int partition(String key) {
            return key.length() % 2;
        }
    };

    private static Map<String, UnaryOperator<PairDStream<String, Long>>> operators() {
        Map<String, UnaryOperator<PairDStream<String, Long>>> all = new HashMap<>();
        all.put("none", in -> in);
        all.put("union", in -> in.reduceByKey(Long::sum).union(in.reduceByKey(Math::max)));
        all.put("reduceByKey", in -> in.reduceByKey(Long::sum));
        all.put("reduceByKey by a partitioner", in -> in.reduceByKey(Long::sum, BY_LENGTH));
        all.put("reduceByKey into 3", in -> in.reduceByKey(Long::sum, 3));
        all.put("groupByKey, flatMapValues", in -> in.groupByKey().flatMapValues(values -> values));
        all.put(
                "reduceByKey, filter, mapValues",
                in -> in.reduceByKey(Long::sum)
                        .filter(pair -> pair.value() % 2 == 0)
                        .mapValues(value -> value + 1));
        all.put(
                "reduceByKey, lookup",
                in -> in.reduceByKey(Long::sum).lookup(2, keys -> Map.of()).mapValues(pair -> pair.key()));
        all.put("aggregateByKey", in -> in.aggregateByKey(() -> 0L, Long::sum, Long::sum));
        all.put(
                "reduceByKey, mapToPair",
                in -> in.reduceByKey(Long::sum)
                        .mapToPair(pair -> Pair.of(pair.key().substring(0, 1), pair.value())));
        all.put("join", in -> in.join(in.mapValues(value -> 1L)).mapValues(both -> both.key() + both.value()));
        all.put(
                "cogroup",
                in -> in.cogroup(in.mapValues(value -> 1L))
                        .mapValues(both -> (long) both.left().size()));
        all.put("window", in -> in.window("w", Codecs.pair(Codecs.STRING, Codecs.LONG), WINDOW));
        all.put("reduceByKey, repartition", in -> in.reduceByKey(Long::sum).repartition(2));
        all.put("reduceByKeyAndWindow", in -> in.reduceByKeyAndWindow(state("w"), WINDOW, Long::sum));
        all.put(
                "reduceByKeyAndWindow with an inverse",
                in -> in.reduceByKeyAndWindow(state("w"), WINDOW, Long::sum, (total, leaving) -> total - leaving));
        all.put(
                "groupByKeyAndWindow",
                in -> in.groupByKeyAndWindow("w", Codecs.STRING, Codecs.LONG, WINDOW)
                        .mapValues(values -> (long) values.size()));
        all.put(
                "updateStateByKey",
                in -> in.updateStateByKey(
                        state("u"), (values, before) -> Optional.of(before.orElse(0L) + values.size())));
        all.put("runningReduce", in -> in.runningReduce("r", Codecs.STRING, Codecs.LONG, Long::sum));
        all.put(
                "stateSnapshots",
                in -> in.<Long, Long>mapWithState(state("m"), (key, value, held) -> {
                            long sum = held.find().orElse(0L) + value.orElse(0L);
                            held.update(sum);
                            return sum;
                        })
                        .stateSnapshots());
        all.put(
                "mapWithState, mapToPair",
                in -> in.<Long, Pair<String, Long>>mapWithState(state("m"), (key, value, held) -> {
                            held.update(value.orElse(0L));
                            return Pair.of(key, held.get());
                        })
                        .filter(pair -> true)
                        .mapToPair(pair -> pair));
        all.put(
                "event time",
                in -> in.reduceByKeyAndEventTime(state("e"), TIME, value -> 1L, Long::sum)
                        .mapValues(window -> window.value()));
        all.put(
                "event time, filter",
                in -> in.reduceByKeyAndEventTime(
                                state("e"),
                                EventTime.sliding(
                                        Duration.ofSeconds(10), Duration.ofSeconds(2), Instant::ofEpochSecond),
                                value -> 1L,
                                Long::sum)
                        .filter(pair -> pair.value().value() > 0)
                        .mapValues(window -> window.value()));
        all.put(
                "late records",
                in -> in.reduceByKeyAndEventTime(state("e"), TIME, value -> 1L, Long::sum)
                        .lateRecords());
        return all;
    }

    private static List<List<Pair<String, Long>>> batches() {
        SplittableRandom random = new SplittableRandom(5);
        List<List<Pair<String, Long>>> batches = new ArrayList<>();
        for (int b = 0; b < 8; b++) {
            List<Pair<String, Long>> batch = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                batch.add(Pair.of(List.of("a", "b", "cc", "dd").get(random.nextInt(4)), b * 20L + random.nextInt(60)));
            }
            batches.add(batch);
        }
        return batches;
    }

    @TestFactory
    List<DynamicTest> aRunningTotalAfterAnyOperatorIsWhatItIsAfterAnExchange() {
        List<DynamicTest> tests = new ArrayList<>();
        operators()
                .forEach((name, operator) -> tests.add(DynamicTest.dynamicTest(name, () -> {
                    StreamResults results = StreamHarness.of(in -> {
                                PairDStream<String, Long> stream =
                                        operator.apply(in.pairs("in", Codecs.STRING, Codecs.LONG));
                                PairDStream<String, Long> exchanged = stream.mapToPair(pair -> pair);
                                in.collect(
                                        "as it is",
                                        stream.runningReduce("as it is", Codecs.STRING, Codecs.LONG, Long::sum));
                                in.collect(
                                        "exchanged",
                                        exchanged.runningReduce("exchanged", Codecs.STRING, Codecs.LONG, Long::sum));
                                in.collect(
                                        "window as it is",
                                        stream.reduceByKeyAndWindow(state("window as it is"), WINDOW, Long::sum));
                                in.collect(
                                        "window exchanged",
                                        exchanged.reduceByKeyAndWindow(state("window exchanged"), WINDOW, Long::sum));
                            })
                            .batches("in", batches())
                            .partitions(2)
                            .run();
                    List<List<Pair<String, Long>>> totals = results.output("exchanged");
                    assertThat(totals).anySatisfy(batch -> assertThat(batch).isNotEmpty());
                    results.assertOutput("as it is").batches(totals);
                    results.assertOutput("window as it is")
                            .batches(results.<Pair<String, Long>>output("window exchanged"));
                })));
        return tests;
    }
}
