// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.TransactionalSinkConformance;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaSinkConformanceIT extends TransactionalSinkConformance {
    private final NumbersTopic topic;

    KafkaSinkConformanceIT(KafkaServer kafka) {
        topic = new NumbersTopic(kafka);
    }

    @Override
    protected Sink.Transactional open(String output) {
        return topic.open(output);
    }

    @Override
    protected Object element(int number) {
        return String.valueOf(number);
    }

    @Override
    protected List<Integer> visible() {
        return topic.numbers();
    }
}
