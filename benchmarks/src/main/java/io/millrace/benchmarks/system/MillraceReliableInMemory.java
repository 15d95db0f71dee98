// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.receiver.kafka.reliable.KafkaReliable;
import java.io.IOException;
import java.net.URI;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The reliable receiver with every log in memory: all that {@link MillraceReliable} does, except writing. */
public final class MillraceReliableInMemory {
    private MillraceReliableInMemory() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        new MillraceRun(task, meter)
                .run(
                        URI.create("mem:/"),
                        context -> MillraceDirect.totals(
                                task,
                                context.receive(KafkaReliable.topics(task.topic())
                                        .bootstrapServers(task.bootstrapServers())
                                        .startEarliest()
                                        .values(StringDeserializer::new))));
    }
}
