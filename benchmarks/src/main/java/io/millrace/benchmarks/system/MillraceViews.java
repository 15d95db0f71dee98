// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.Pair;
import io.millrace.api.function.SliceLongEmitter;
import io.millrace.api.function.SliceLongFunction;
import io.millrace.api.source.Slice;
import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/** The direct Kafka stream on record views: keys are looked up as bytes, and no object is made per record. */
public final class MillraceViews {
    private MillraceViews() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        Map<String, String> settings =
                Map.of("topics", task.topic(), "bootstrap.servers", task.bootstrapServers(), "start", "earliest");
        SliceLongFunction parse = task.workload() == Workload.EVENTS
                ? (event, out) -> emitEvent(Objects.requireNonNull(event.value()), out)
                : (line, out) -> emitWords(Objects.requireNonNull(line.value()), out);
        new MillraceRun(task, meter)
                .run(context -> context.receive("kafka-direct", settings)
                        .flatMapToSliceLong(parse)
                        .runningReduce("totals", Long::sum)
                        .map((key, total) -> Pair.of(key.utf8(), total)));
    }

    private static void emitEvent(Slice event, SliceLongEmitter out) throws Exception {
        byte[] bytes = event.array();
        int at = event.offset();
        out.emit(bytes, at, 5, 100 * bytes[at + 6] + 10 * bytes[at + 7] + bytes[at + 8] - 111 * '0');
    }

    private static void emitWords(Slice line, SliceLongEmitter out) throws Exception {
        byte[] bytes = line.array();
        int end = line.offset() + line.length();
        int start = line.offset();
        for (int i = start; i < end; i++) {
            if (bytes[i] == ' ') {
                out.emit(bytes, start, i - start, 1);
                start = i + 1;
            }
        }
        out.emit(bytes, start, end - start, 1);
    }
}
