// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.sink.SinkTarget;
import io.millrace.testkit.sink.CountingProgram;
import io.millrace.testkit.sink.SinkSteps;
import io.millrace.testkit.sink.SteppedSinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Counts into a topic: checkpoint, count, servers, topic. */
final class KafkaSinkMain {
    private KafkaSinkMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        SinkSteps steps = SinkSteps.ofThisProcess();
        RecordMaker<Integer> maker = (topic, number) ->
                new ProducerRecord<>(topic, String.valueOf(number).getBytes(StandardCharsets.UTF_8));
        CountingProgram.run(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                new SinkTarget<>(
                        KafkaSinkProvider.NAME,
                        NumbersTopic.settings(arguments[2], arguments[3], CountingProgram.OUTPUT),
                        new SteppedSinks(new KafkaSinkProvider(maker, steps), steps)));
    }
}
