// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.core.property.Pipeline.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The operators of random pipelines. All values stay small: what combines them is a sum or a maximum. */
final class Steps {
    /** The harness begins at a time that all slides up to this one divide. */
    private static final int LONGEST_SLIDE = 16;

    private Steps() {}

    /**
     * Draws one.
     *
     * @param slide of the stream that it is applied to, in batches
     */
    static Step random(Random random, String name, int slide) {
        int a = slide * (1 + random.nextInt(4));
        int b = slide * (1 + random.nextInt(LONGEST_SLIDE / slide >= 4 ? 4 : 1));
        int partitions = 1 + random.nextInt(4);
        boolean max = random.nextBoolean();
        BinaryOperator<Integer> combine = max ? Math::max : Integer::sum;
        StateSpec<String, Integer> state = StateSpec.named(name, Codecs.STRING, Codecs.INT);
        return switch (random.nextInt(16)) {
            case 0 -> each("mapValues", s -> s.mapValues(v -> v + 1), p -> List.of(Pair.of(p.key(), p.value() + 1)));
            case 1 ->
                each(
                        "filter",
                        s -> s.filter(p -> p.value() % 2 == 0),
                        p -> p.value() % 2 == 0 ? List.of(p) : List.of());
            case 2 ->
                each(
                        "flatMapValues",
                        s -> s.flatMapValues(v -> List.of(v, -v)),
                        p -> List.of(p, Pair.of(p.key(), -p.value())));
            case 3 ->
                each(
                        "map to another key",
                        s -> s.mapToPair(p -> Pair.of(p.key().equals("a") ? "b" : p.key(), p.value())),
                        p -> List.of(Pair.of(p.key().equals("a") ? "b" : p.key(), p.value())));
            case 4 -> each("repartition", s -> s.repartition(partitions), List::of);
            case 5 -> each("union with itself", s -> s.union(s), p -> List.of(p, p));
            case 6 ->
                whole(
                        "reduceByKey" + partitions,
                        s -> s.reduceByKey(combine::apply, partitions),
                        in -> reduce(in, combine));
            case 7 ->
                whole(
                        "groupByKey",
                        s -> s.groupByKey().mapValues(List::size),
                        in -> reduce(in.stream().map(p -> Pair.of(p.key(), 1)).toList(), Integer::sum));
            case 8 ->
                whole(
                        "join with reduced",
                        s -> s.join(s.reduceByKey(combine::apply)).mapValues(both -> both.key() + both.value()),
                        in -> {
                            Map<String, Integer> totals = map(reduce(in, combine));
                            return in.stream()
                                    .map(p -> Pair.of(p.key(), p.value() + at(totals, p.key())))
                                    .toList();
                        });
            case 9 ->
                whole(
                        "countByValue",
                        s -> s.map(Pair::key).countByValue().mapValues(Long::intValue),
                        in -> reduce(in.stream().map(p -> Pair.of(p.key(), 1)).toList(), Integer::sum));
            case 10 ->
                new Windowed(
                        "window",
                        a,
                        b,
                        s -> s.window(name, Codecs.pair(Codecs.STRING, Codecs.INT), window(a, b)),
                        in -> in);
            case 11 ->
                new Windowed(
                        "reduceByKeyAndWindow " + (max ? "max" : "sum"),
                        a,
                        b,
                        s -> s.reduceByKeyAndWindow(state, window(a, b), combine::apply),
                        in -> reduce(in, combine));
            case 12 ->
                new Windowed(
                        "inverse, filtered",
                        a,
                        b,
                        s -> s.reduceByKeyAndWindow(
                                state, window(a, b), Integer::sum, (x, y) -> x - y, p -> p.value() != 0),
                        in -> reduce(in, Integer::sum).stream()
                                .filter(p -> p.value() != 0)
                                .toList());
            case 13 ->
                new Running("runningReduce", s -> s.runningReduce(state, combine::apply), (totals, in) -> {
                    List<Pair<String, Integer>> touched = new ArrayList<>();
                    reduce(in, combine).forEach(p -> {
                        totals.merge(p.key(), p.value(), combine);
                        touched.add(Pair.of(p.key(), at(totals, p.key())));
                    });
                    return touched;
                });
            case 14 ->
                new Running(
                        "updateStateByKey",
                        s -> s.updateStateByKey(state, (values, old) -> {
                            int sum = old.orElse(0)
                                    + values.stream()
                                            .mapToInt(Integer::intValue)
                                            .sum();
                            return sum % 5 == 0 ? Optional.empty() : Optional.of(sum);
                        }),
                        (totals, in) -> {
                            reduce(in, Integer::sum).forEach(p -> totals.merge(p.key(), p.value(), Integer::sum));
                            totals.values().removeIf(sum -> sum % 5 == 0);
                            return pairs(totals);
                        });
            default ->
                new Running(
                        "mapWithState",
                        s -> s.mapWithState(state, (key, value, old) -> {
                                    old.update(old.find().orElse(0) + 1);
                                    return Pair.of(key, old.get());
                                })
                                .mapToPair(p -> p),
                        (totals, in) -> {
                            List<Pair<String, Integer>> made = new ArrayList<>();
                            in.forEach(p -> {
                                totals.merge(p.key(), 1, Integer::sum);
                                made.add(Pair.of(p.key(), at(totals, p.key())));
                            });
                            return made;
                        });
        };
    }

    private static Window window(int length, int slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    private static int at(Map<String, Integer> totals, String key) {
        return totals.getOrDefault(key, 0);
    }

    private static List<Pair<String, Integer>> reduce(List<Pair<String, Integer>> in, BinaryOperator<Integer> combine) {
        Map<String, Integer> totals = new TreeMap<>();
        in.forEach(p -> totals.merge(p.key(), p.value(), combine));
        return pairs(totals);
    }

    private static Map<String, Integer> map(List<Pair<String, Integer>> pairs) {
        Map<String, Integer> map = new TreeMap<>();
        pairs.forEach(p -> map.put(p.key(), p.value()));
        return map;
    }

    private static List<Pair<String, Integer>> pairs(Map<String, Integer> totals) {
        List<Pair<String, Integer>> pairs = new ArrayList<>();
        totals.forEach((key, value) -> pairs.add(Pair.of(key, value)));
        return pairs;
    }

    private static Step each(
            String name,
            UnaryOperator<PairDStream<String, Integer>> declare,
            java.util.function.Function<Pair<String, Integer>, List<Pair<String, Integer>>> one) {
        return whole(
                name,
                declare,
                in -> in.stream().flatMap(p -> one.apply(p).stream()).toList());
    }

    private static Step whole(
            String name,
            UnaryOperator<PairDStream<String, Integer>> declare,
            UnaryOperator<List<Pair<String, Integer>>> batch) {
        return new Running(name, declare, (totals, in) -> batch.apply(in));
    }

    private record Running(
            String name,
            UnaryOperator<PairDStream<String, Integer>> operator,
            java.util.function.BiFunction<
                            Map<String, Integer>, List<Pair<String, Integer>>, List<Pair<String, Integer>>>
                    batch)
            implements Step {
        @Override
        public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
            return operator.apply(stream);
        }

        @Override
        public List<List<Pair<String, Integer>>> interpret(List<List<Pair<String, Integer>>> batches) {
            Map<String, Integer> totals = new TreeMap<>();
            List<List<Pair<String, Integer>>> made = new ArrayList<>();
            for (List<Pair<String, Integer>> in : batches) {
                made.add(in == null ? null : batch.apply(totals, in));
            }
            return made;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private record Windowed(
            String name,
            int length,
            int slide,
            UnaryOperator<PairDStream<String, Integer>> operator,
            UnaryOperator<List<Pair<String, Integer>>> all)
            implements Step {
        @Override
        public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
            return operator.apply(stream);
        }

        @Override
        public List<List<Pair<String, Integer>>> interpret(List<List<Pair<String, Integer>>> batches) {
            List<List<Pair<String, Integer>>> made = new ArrayList<>();
            for (int time = 1; time <= batches.size(); time++) {
                List<Pair<String, Integer>> in = new ArrayList<>();
                for (int t = Math.max(1, time - length + 1); t <= time; t++) {
                    if (batches.get(t - 1) != null) {
                        in.addAll(batches.get(t - 1));
                    }
                }
                made.add(time % slide == 0 ? all.apply(in) : null);
            }
            return made;
        }

        @Override
        public int slide(int incoming) {
            return slide;
        }

        @Override
        public String toString() {
            return name + "(" + length + "," + slide + ")";
        }
    }
}
