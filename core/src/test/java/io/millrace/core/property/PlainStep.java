// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An operator that makes one batch of one batch and keeps nothing. */
record PlainStep(
        String name,
        UnaryOperator<PairDStream<String, Integer>> operator,
        UnaryOperator<List<Pair<String, Integer>>> batch,
        boolean quiet,
        Optional<Function<Integer, PlainStep>> byPartitions)
        implements Step {
    static Step random(Random random) {
        BinaryOperator<Integer> combine = random.nextBoolean() ? Math::max : Integer::sum;
        int partitions = 1 + random.nextInt(4);
        return switch (random.nextInt(13)) {
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
                        "a becomes b",
                        s -> s.mapToPair(p -> Pair.of(p.key().replace('a', 'b'), p.value())),
                        p -> List.of(Pair.of(p.key().replace('a', 'b'), p.value())));
            case 4 -> partitioned(n -> step("repartition " + n, s -> s.repartition(n), in -> in), partitions);
            case 5 -> each("union with itself", s -> s.union(s), p -> List.of(p, p));
            case 6 ->
                partitioned(
                        n -> step(
                                "reduceByKey " + n,
                                s -> s.reduceByKey(combine::apply, n),
                                in -> Pairs.reduce(in, combine)),
                        partitions);
            case 7 ->
                partitioned(
                        n -> step("groupByKey " + n, s -> s.groupByKey(n).mapValues(List::size), Pairs::counts),
                        partitions);
            case 8 ->
                step(
                        "join with reduced",
                        s -> s.join(s.reduceByKey(combine::apply)).mapValues(both -> both.key() + both.value()),
                        in -> in.stream()
                                .map(p -> Pair.of(
                                        p.key(),
                                        p.value() + Pairs.map(in, combine).get(p.key())))
                                .toList());
            case 9 ->
                step("countByValue", s -> s.map(Pair::key).countByValue().mapValues(Long::intValue), Pairs::counts);
            case 10 ->
                step(
                        "transform",
                        s -> s.transform((time, batch) -> batch.collect()).mapToPair(p -> p),
                        in -> in);
            default ->
                new PlainStep(
                        "count",
                        s -> s.count().mapToPair(n -> Pair.of("n", n.intValue())),
                        in -> List.of(Pair.of("n", in.size())),
                        false,
                        Optional.empty());
        };
    }

    private static PlainStep step(
            String name,
            UnaryOperator<PairDStream<String, Integer>> operator,
            UnaryOperator<List<Pair<String, Integer>>> batch) {
        return new PlainStep(name, operator, batch, true, Optional.empty());
    }

    private static PlainStep each(
            String name,
            UnaryOperator<PairDStream<String, Integer>> operator,
            Function<Pair<String, Integer>, List<Pair<String, Integer>>> one) {
        return step(
                name,
                operator,
                in -> in.stream().flatMap(p -> one.apply(p).stream()).toList());
    }

    private static PlainStep partitioned(Function<Integer, PlainStep> step, int partitions) {
        PlainStep made = step.apply(partitions);
        return new PlainStep(made.name, made.operator, made.batch, true, Optional.of(step));
    }

    @Override
    public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
        return operator.apply(stream);
    }

    @Override
    public List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> in, Past past) {
        return in == null ? null : batch.apply(in);
    }

    @Override
    public Step redrawn(Random random, int slide) {
        return byPartitions
                .map(step -> partitioned(step, 1 + random.nextInt(4)))
                .orElse(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
