// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import java.io.IOException;
import java.time.Duration;

/** Totals over a sliding window by {@code reduceByKeyAndWindow} with an inverse. */
public final class MillraceWindow {
    private MillraceWindow() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BatchTask task = BatchTask.ofThisJvm();
        BatchMeter meter = new BatchMeter(task);
        Duration interval = Duration.ofMillis(task.intervalMillis());
        new MillraceBatches(task, meter)
                .run(
                        pairs -> pairs.reduceByKeyAndWindow(
                                StateSpec.named("window", Codecs.STRING, Codecs.LONG),
                                Window.of(interval.multipliedBy(task.windowBatches()), interval),
                                Long::sum,
                                (total, gone) -> total - gone),
                        checksum -> meter.report(checksum, 0));
    }
}
