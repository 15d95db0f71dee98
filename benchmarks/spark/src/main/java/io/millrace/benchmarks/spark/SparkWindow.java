// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import java.io.IOException;
import org.apache.spark.streaming.Durations;

/** Totals over a sliding window by {@code reduceByKeyAndWindow} with an inverse. */
public final class SparkWindow {
    private SparkWindow() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BatchTask task = BatchTask.ofThisJvm();
        BatchMeter meter = new BatchMeter(task);
        long checksum = new SparkBatches(task, meter)
                .run(pairs -> pairs.reduceByKeyAndWindow(
                                Long::sum,
                                (total, gone) -> total - gone,
                                Durations.milliseconds(task.windowBatches() * task.intervalMillis()),
                                Durations.milliseconds(task.intervalMillis()))
                        .map(total -> total));
        meter.report(checksum, 0);
        Runtime.getRuntime().halt(0);
    }
}
