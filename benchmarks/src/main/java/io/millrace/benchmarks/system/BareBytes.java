// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The bare loop keyed by byte slices of a copy of each record. */
public final class BareBytes {
    private BareBytes() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        new BareLoop<>(task, ByteArrayDeserializer::new, () -> new ArrayTally(SliceTally.of(task.workload())))
                .run(meter);
    }

    private record ArrayTally(SliceTally slices) implements Tally<byte[]> {
        @Override
        public void add(byte[] value) {
            slices.add(value, 0, value.length);
        }

        @Override
        public long checksum() {
            return slices.checksum();
        }
    }
}
