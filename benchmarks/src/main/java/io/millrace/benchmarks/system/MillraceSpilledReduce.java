// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.codec.Codecs;
import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.measure.KeyedHeap;
import java.io.IOException;

/** Running totals by {@code runningReduce} of which a tenth fits memory, the others are in a state store. */
public final class MillraceSpilledReduce {
    private MillraceSpilledReduce() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BatchTask task = BatchTask.ofThisJvm();
        BatchMeter meter = new BatchMeter(task);
        KeyedHeap heap = new KeyedHeap(task.keys());
        new MillraceBatches(task, meter, true)
                .run(
                        pairs -> pairs.reduceByKey(Long::sum)
                                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum),
                        checksum -> meter.report(checksum, heap.bytesPerKey()));
    }
}
