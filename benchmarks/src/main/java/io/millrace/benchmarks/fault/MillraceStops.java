// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.benchmarks.measure.SeenNumbers;
import io.millrace.benchmarks.measure.StopResult;
import io.millrace.benchmarks.measure.StopResult.Stop;
import io.millrace.benchmarks.measure.StopTask;
import io.millrace.benchmarks.measure.ThisJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Graceful stops of a program that goes on from its checkpoint each time. What is counted as received before a stop is
 * counted over all stops, so what one loses no later one hides.
 */
public final class MillraceStops {
    private MillraceStops() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        StopTask task = StopTask.ofThisJvm();
        LogPlace place = LogPlace.ofThisJvm();
        NumbersProvider numbers = NumbersProvider.numbers(Duration.ofNanos(task.gapMicros() * 1_000));
        SeenNumbers seen = new SeenNumbers();
        List<Stop> stops = new ArrayList<>();
        for (int stop = 0; stop < task.stops(); stop++) {
            long lost = stops.stream().mapToLong(Stop::lost).sum();
            long twice = stops.stream().mapToLong(Stop::twice).sum();
            StreamingContextBuilder builder = StreamingContext.builder("stops")
                    .batchInterval(Duration.ofMillis(task.intervalMillis()))
                    .checkpoint(place.location());
            place.settings().forEach((key, value) -> builder.set("wal." + key, value));
            try (StreamingContext context = builder.build()) {
                context.receive(numbers.source(Long::valueOf))
                        .foreachBatch("seen", batch -> batch.collect().forEach(seen::add));
                context.start();
                Thread.sleep(task.runMillis(stop));
                long begin = System.nanoTime();
                boolean complete = context.stopGracefully(Duration.ofMillis(StopTask.DEADLINE_MILLIS));
                double millis = (System.nanoTime() - begin) / 1e6;
                long received = numbers.appended();
                stops.add(new Stop(received, seen.missing(received) - lost, seen.twice() - twice, millis, complete));
            }
        }
        ThisJvm.report(new StopResult(stops));
    }
}
