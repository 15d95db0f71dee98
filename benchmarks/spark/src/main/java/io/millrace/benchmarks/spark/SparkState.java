// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.measure.KeyedHeap;
import java.io.IOException;
import org.apache.spark.api.java.Optional;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import scala.Tuple2;

/** Running totals by {@code mapWithState}, checkpointed as Spark does by default: every ten batches. */
public final class SparkState {
    private SparkState() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BatchTask task = BatchTask.ofThisJvm();
        BatchMeter meter = new BatchMeter(task);
        KeyedHeap heap = new KeyedHeap(task.keys());
        long checksum = new SparkBatches(task, meter)
                .run(pairs -> pairs.mapWithState(StateSpec.function(
                        (String key, Optional<Long> amount, State<Long> total) -> total(key, amount, total))));
        meter.report(checksum, heap.bytesPerKey());
        Runtime.getRuntime().halt(0);
    }

    private static Tuple2<String, Long> total(String key, Optional<Long> amount, State<Long> total) {
        long sum = (total.exists() ? total.get() : 0L) + amount.orElse(0L);
        total.update(sum);
        return new Tuple2<>(key, sum);
    }
}
