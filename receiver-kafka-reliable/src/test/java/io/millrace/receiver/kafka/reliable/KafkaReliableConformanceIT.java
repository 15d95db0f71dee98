// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.ReliableReceiverConformance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.extension.ExtendWith;

/** The receiver against the kit, on a real broker: two partitions, of which each record goes to the next. */
@ExtendWith(RealKafka.class)
class KafkaReliableConformanceIT extends ReliableReceiverConformance {
    private static final int PARTITIONS = 2;

    private final TestTopic topic;
    private final List<List<String>> sent = List.of(new ArrayList<>(), new ArrayList<>());

    KafkaReliableConformanceIT(KafkaServer kafka) {
        topic = TestTopic.create(kafka, PARTITIONS);
    }

    @Override
    protected ReceiverProvider provider() {
        return new KafkaReliableProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return topic.settings("group.id", topic.name(), "commit.interval", "10ms");
    }

    @Override
    protected void send(List<String> values) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (String value : values) {
            int partition = (sent.get(0).size() + sent.get(1).size()) % PARTITIONS;
            sent.get(partition).add(value);
            records.add(new ProducerRecord<>(topic.name(), partition, null, value));
        }
        topic.send(records);
    }

    @Override
    protected Set<String> acknowledged() {
        Set<String> values = new HashSet<>();
        topic.committed(topic.name())
                .forEach((partition, next) -> values.addAll(sent.get(partition).subList(0, next.intValue())));
        return values;
    }

    @Override
    protected boolean tellsIdle() {
        return true;
    }
}
