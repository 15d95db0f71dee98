// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** The bare loop that looks at no record: what the client and the broker leave to everybody else. Its answer is 0. */
public final class BarePoll {
    private BarePoll() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        Meter meter = new Meter();
        new BareLoop<>(Task.ofThisJvm(), ByteBufferDeserializer::new, NoTally::new).run(meter);
    }

    private static final class NoTally implements Tally<ByteBuffer> {
        @Override
        public void add(ByteBuffer value) {
            // Nothing: only the poll is measured.
        }

        @Override
        public long checksum() {
            return 0;
        }
    }
}
