// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.AsyncCalls;
import io.millrace.api.DStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.function.AsyncFunction;
import io.millrace.api.function.LookupFunction;
import java.time.Duration;
import java.util.Optional;

/** What is elsewhere: services, tables, and numbers that outlive a batch. */
public final class Services {
    private Services() {}

    /** Each text in another language, by a service that answers later; at most 16 calls of a task at once. */
    public static DStream<String> translated(DStream<String> texts, AsyncFunction<String, String> service) {
        return texts.mapAsync(AsyncCalls.atMost(16).timeout(Duration.ofSeconds(5)), service);
    }

    /** Each order with the customer's city, asked for a hundred customers at a time. */
    public static PairDStream<String, Pair<Long, Optional<String>>> cities(
            PairDStream<String, Long> orders, LookupFunction<String, String> table) {
        return orders.lookup(100, table);
    }

    /** The three largest orders of each batch, largest first; counts all that it sees. */
    public static DStream<Pair<String, Long>> largest(PairDStream<String, Long> orders) {
        LongAccumulator seen = orders.context().accumulator("orders-seen");
        return orders.map(order -> {
                    seen.add(1);
                    return order;
                })
                .top(3, (left, right) -> Long.compare(right.value(), left.value()));
    }
}
