// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import java.util.List;

/** Operators by key: what customers ordered, in cents, and what they are called. */
public final class Orders {
    private Orders() {}

    /** What each customer spent in the batch. */
    public static PairDStream<String, Long> spent(PairDStream<String, Long> orders) {
        return orders.reduceByKey(Long::sum);
    }

    /** What an order of each customer came to on average. */
    public static PairDStream<String, Double> average(PairDStream<String, Long> orders) {
        return orders.aggregateByKey(
                        () -> new long[2],
                        (sum, cents) -> {
                            sum[0] += cents;
                            sum[1]++;
                            return sum;
                        },
                        (left, right) -> new long[] {left[0] + right[0], left[1] + right[1]})
                .mapValues(sum -> (double) sum[0] / sum[1]);
    }

    /** What each customer spent, by name where the batch has it. */
    public static PairDStream<String, Long> byName(
            PairDStream<String, Long> orders, PairDStream<String, String> names) {
        return orders.reduceByKey(Long::sum)
                .leftOuterJoin(names)
                .mapToPair(joined -> Pair.of(
                        joined.value().value().orElse(joined.key()),
                        joined.value().key()));
    }

    /** Every order that was paid in the same batch, with all its payments. */
    public static PairDStream<String, List<Long>> payments(
            PairDStream<String, Long> orders, PairDStream<String, Long> payments) {
        return orders.cogroup(payments)
                .filter(both -> !both.value().left().isEmpty())
                .mapValues(both -> both.right());
    }
}
