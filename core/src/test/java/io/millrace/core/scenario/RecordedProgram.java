// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.DStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.State;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The program whose checkpoints are kept for ever: blocks, ledger, and state of several kinds. What it declares must not
 * change, since its recordings would then say something about the change.
 */
final class RecordedProgram {
    static final String ID = "recorded";

    private static final int KEYS = 7;

    private final Map<String, Long> sums = new ConcurrentHashMap<>();
    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private volatile long counted;

    /** Declares it. */
    StreamingContext build(StreamingContextBuilder builder, Numbers numbers) {
        StreamingContext context = builder.batchInterval(Duration.ofMillis(50))
                .set("wal.segment.size", "1MiB")
                .set("state.snapshot-after", "4KiB")
                .build();
        DStream<Long> stream = context.receive(numbers.source());
        LongAccumulator all = context.accumulator("all");
        stream.mapToPair(number -> Pair.of("key-" + number % KEYS, number))
                .runningReduce("sums", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("sums", batch -> batch.forEach(sum -> sums.put(sum.key(), sum.value())));
        stream.mapToPair(number -> Pair.of("key-" + number % KEYS, number))
                .mapWithState(StateSpec.named("counts", Codecs.STRING, Codecs.LONG), RecordedProgram::count)
                .foreachBatch("counts", batch -> batch.forEach(count -> counts.put(count.key(), count.value())));
        stream.window("hour", Codecs.LONG, Window.of(Duration.ofHours(1), Duration.ofMinutes(30)))
                .foreachBatch("hour", batch -> batch.collect());
        stream.map(number -> {
                    all.add(1);
                    return number;
                })
                .foreachBatch("all", batch -> {
                    batch.collect();
                    counted = all.value();
                });
        return context;
    }

    private static Pair<String, Long> count(String key, Optional<Long> number, State<Long> count) {
        long next = (count.exists() ? count.get() : 0L) + (number.isPresent() ? 1 : 0);
        count.update(next);
        return Pair.of(key, next);
    }

    Map<String, Long> sums() {
        return sums;
    }

    Map<String, Long> counts() {
        return counts;
    }

    /** How many numbers the accumulator holds. */
    long counted() {
        return counted;
    }

    /** What {@link #sums} must be when the numbers below {@code end} are in. */
    static Map<String, Long> sumsOf(long end) {
        Map<String, Long> sums = new ConcurrentHashMap<>();
        for (long number = 0; number < end; number++) {
            sums.merge("key-" + number % KEYS, number, Long::sum);
        }
        return sums;
    }

    /** What {@link #counts} must be then. */
    static Map<String, Long> countsOf(long end) {
        Map<String, Long> counts = new ConcurrentHashMap<>();
        for (long number = 0; number < end; number++) {
            counts.merge("key-" + number % KEYS, 1L, Long::sum);
        }
        return counts;
    }
}
