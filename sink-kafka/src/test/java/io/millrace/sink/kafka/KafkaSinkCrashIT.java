// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.testkit.sink.SinkCrashes;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaSinkCrashIT extends SinkCrashes {
    private final KafkaServer kafka;
    private final NumbersTopic topic;

    KafkaSinkCrashIT(KafkaServer kafka) {
        this.kafka = kafka;
        topic = new NumbersTopic(kafka);
    }

    @Override
    protected Class<?> program() {
        return KafkaSinkMain.class;
    }

    @Override
    protected List<String> arguments() {
        return List.of(kafka.bootstrapServers(), topic.name());
    }

    @Override
    protected List<Integer> visible() {
        return topic.numbers();
    }

    @Override
    protected boolean fences() {
        return true;
    }
}
