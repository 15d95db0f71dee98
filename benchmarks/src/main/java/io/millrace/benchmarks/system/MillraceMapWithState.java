// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.Pair;
import io.millrace.api.State;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.Codecs;
import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.measure.KeyedHeap;
import java.io.IOException;
import java.util.Optional;

/** Running totals by {@code mapWithState}. */
public final class MillraceMapWithState {
    private MillraceMapWithState() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        BatchTask task = BatchTask.ofThisJvm();
        BatchMeter meter = new BatchMeter(task);
        KeyedHeap heap = new KeyedHeap(task.keys());
        new MillraceBatches(task, meter)
                .run(
                        pairs -> pairs.mapWithState(
                                StateSpec.named("totals", Codecs.STRING, Codecs.LONG), MillraceMapWithState::total),
                        checksum -> meter.report(checksum, heap.bytesPerKey()));
    }

    private static Pair<String, Long> total(String key, Optional<Long> amount, State<Long> total) {
        long sum = (total.exists() ? total.get() : 0L) + amount.orElse(0L);
        total.update(sum);
        return Pair.of(key, sum);
    }
}
