// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.sink.SinkTarget;
import io.millrace.testkit.sink.CountingProgram;
import io.millrace.testkit.sink.SinkSteps;
import io.millrace.testkit.sink.SteppedSinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Counts into a topic that refuses some numbers, which become dead letters: checkpoint, count, servers, topic, letters. */
final class RefusedRecordsMain {
    /** What the topic takes at most. */
    static final int TOPIC_BYTES = 5_000;

    private RefusedRecordsMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        SinkSteps steps = SinkSteps.ofThisProcess();
        RecordMaker<Integer> maker = (topic, number) -> {
            String blanks = " ".repeat(number % 7 == 3 ? TOPIC_BYTES : 0);
            return new ProducerRecord<>(topic, (number + blanks).getBytes(StandardCharsets.UTF_8));
        };
        CountingProgram.run(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                new SinkTarget<>(
                        KafkaSinkProvider.NAME,
                        NumbersTopic.settings(arguments[2], arguments[3], CountingProgram.OUTPUT),
                        new SteppedSinks(new KafkaSinkProvider(maker, steps), steps)),
                Map.of("records.on-error", "dead-letter", "dead-letters.directory", arguments[4]));
    }
}
