// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.inputs.ConstantInput;
import io.millrace.inputs.QueueInput;
import java.time.Duration;
import java.util.List;

/** Feeds a stream from the program itself, beside a table that is the same in every batch. */
public final class QueuedOrders {
    private QueuedOrders() {}

    public static void main(String[] args) throws InterruptedException {
        QueueInput<String> orders = QueueInput.of("orders", Codecs.STRING);
        try (StreamingContext ssc = StreamingContext.builder("queued-orders")
                .batchInterval(Duration.ofMillis(200))
                .build()) {
            DStream<Pair<String, Long>> prices = ssc.receive(ConstantInput.of(
                    "prices",
                    Codecs.pair(Codecs.STRING, Codecs.LONG),
                    List.of(Pair.of("tea", 300L), Pair.of("coffee", 450L))));
            revenue(ssc.receive(orders.source()), prices).print();
            ssc.start();
            orders.add(List.of("tea", "tea", "coffee"));
            orders.add(List.of("coffee"));
            ssc.awaitTermination(Duration.ofSeconds(2));
            ssc.stopGracefully(Duration.ofSeconds(10));
        }
    }

    static PairDStream<String, Long> revenue(DStream<String> orders, DStream<Pair<String, Long>> prices) {
        return orders.mapToPair(order -> Pair.of(order, 1L))
                .reduceByKey(Long::sum)
                .join(prices.mapToPair(price -> price))
                .mapValues(both -> both.key() * both.value());
    }
}
