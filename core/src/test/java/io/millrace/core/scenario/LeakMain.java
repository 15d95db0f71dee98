// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps all that it sees for ever, in an operator or in an output, until there is no memory: checkpoint, where. */
final class LeakMain {
    private static final List<Object> KEPT = new ArrayList<>();

    private LeakMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        boolean inMap = arguments[1].equals("map");
        try (StreamingContext context = StreamingContext.builder("leak")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .checkpoint(Path.of(arguments[0]))
                .build()) {
            context.receive(Numbers.every(Duration.ofNanos(20_000)).source())
                    .map(number -> inMap ? keep(number) : number)
                    .mapToPair(number -> Pair.of(number % 7, 1L))
                    .runningReduce("counts", Codecs.LONG, Codecs.LONG, Long::sum)
                    .foreachBatch("leak", batch -> {
                        if (!inMap) {
                            keep(0);
                        }
                    });
            context.start();
            context.awaitTermination();
        }
    }

    /** Small things, so that nothing at all is left in the end. */
    private static long keep(long number) {
        synchronized (KEPT) {
            for (int i = 0; i < 200; i++) {
                KEPT.add(new byte[100 + i]);
            }
        }
        return number;
    }
}
