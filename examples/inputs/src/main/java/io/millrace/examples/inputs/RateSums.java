// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.inputs.RateInput;
import java.time.Duration;

/** Adds up the last digits of numbers that come at a rate: something to look at without any source. */
public final class RateSums {
    private RateSums() {}

    public static void main(String[] args) throws InterruptedException {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 1_000;
        try (StreamingContext ssc = StreamingContext.builder("rate-sums")
                .batchInterval(Duration.ofSeconds(1))
                .build()) {
            sums(ssc.receive(RateInput.rowsPerSecond(rows).partitions(2).numbers()))
                    .print();
            ssc.start();
            ssc.awaitTermination();
        }
    }

    static PairDStream<Long, Long> sums(DStream<Long> numbers) {
        return numbers.mapToPair(number -> Pair.of(number % 10, number)).reduceByKey(Long::sum);
    }
}
