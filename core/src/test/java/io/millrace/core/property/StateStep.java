// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** An operator that keeps a number for each key. */
record StateStep(
        String name,
        UnaryOperator<PairDStream<String, Integer>> operator,
        BiFunction<Map<String, Integer>, List<Pair<String, Integer>>, List<Pair<String, Integer>>> batch,
        boolean quiet)
        implements Step {
    static Step random(Random random, String name) {
        BinaryOperator<Integer> combine = random.nextBoolean() ? Math::max : Integer::sum;
        StateSpec<String, Integer> state = StateSpec.named(name, Codecs.STRING, Codecs.INT);
        return switch (random.nextInt(3)) {
            case 0 ->
                new StateStep(
                        "runningReduce",
                        s -> s.runningReduce(state, combine::apply),
                        (totals, in) -> {
                            Map<String, Integer> now = Pairs.map(in, combine);
                            now.forEach((key, value) -> totals.merge(key, value, combine));
                            now.replaceAll((key, value) -> totals.get(key));
                            return Pairs.of(now);
                        },
                        true);
            case 1 ->
                new StateStep(
                        "updateStateByKey",
                        s -> s.updateStateByKey(state, (values, old) -> {
                            int sum = old.orElse(0)
                                    + values.stream()
                                            .mapToInt(Integer::intValue)
                                            .sum();
                            return sum % 5 == 0 ? Optional.empty() : Optional.of(sum);
                        }),
                        (totals, in) -> {
                            in.forEach(p -> totals.merge(p.key(), p.value(), Integer::sum));
                            totals.values().removeIf(sum -> sum % 5 == 0);
                            return Pairs.of(totals);
                        },
                        false);
            default ->
                new StateStep(
                        "mapWithState",
                        s -> s.mapWithState(state, (key, value, old) -> {
                                    old.update(old.find().orElse(0) + 1);
                                    return Pair.of(key, old.get());
                                })
                                .mapToPair(p -> p),
                        (totals, in) -> {
                            List<Pair<String, Integer>> made = new ArrayList<>();
                            in.forEach(p -> made.add(Pair.of(p.key(), totals.merge(p.key(), 1, Integer::sum))));
                            return made;
                        },
                        true);
        };
    }

    @Override
    public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
        return operator.apply(stream);
    }

    @Override
    public List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> in, Past past) {
        return in == null ? null : batch.apply(past.totals, in);
    }

    @Override
    public String toString() {
        return name;
    }
}
