// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** The bare loop keyed by byte slices of the fetched buffer: no copy of a record, no string, no object a record of its own. */
public final class BareSlices {
    private BareSlices() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        new BareLoop<>(task, ByteBufferDeserializer::new, () -> new BufferTally(SliceTally.of(task.workload())))
                .run(meter);
    }

    private record BufferTally(SliceTally slices) implements Tally<ByteBuffer> {
        @Override
        public void add(ByteBuffer value) {
            slices.add(value.array(), value.arrayOffset() + value.position(), value.remaining());
        }

        @Override
        public long checksum() {
            return slices.checksum();
        }
    }
}
