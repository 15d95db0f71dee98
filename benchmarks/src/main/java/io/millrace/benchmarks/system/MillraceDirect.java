// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import io.millrace.receiver.kafka.direct.KafkaDirect;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The direct Kafka stream, as a user would write it: strings, pairs, {@code reduceByKey}, {@code runningReduce}. */
public final class MillraceDirect {
    private MillraceDirect() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        new MillraceRun(task, meter).run(context -> totals(task, records(task, context)));
    }

    private static DStream<String> records(Task task, StreamingContext context) {
        return context.receive(KafkaDirect.topics(task.topic())
                .bootstrapServers(task.bootstrapServers())
                .startEarliest()
                .values(StringDeserializer::new));
    }

    /** The workload on a stream of strings. */
    static PairDStream<String, Long> totals(Task task, DStream<String> records) {
        PairDStream<String, Long> pairs = task.workload() == Workload.EVENTS
                ? records.mapToPair(event -> Pair.of(event.substring(0, 5), (long) Integer.parseInt(event, 6, 9, 10)))
                : records.flatMap(line -> List.of(line.split(" ", -1))).mapToPair(word -> Pair.of(word, 1L));
        return pairs.reduceByKey(Long::sum).runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum);
    }
}
