// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.receiver.Receiver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaReliableIT {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final KafkaReliableProvider provider = new KafkaReliableProvider();

    @Test
    void I8_thirty_records_stored_are_thirty_committed(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        TestEngine engine = new TestEngine();
        Receiver receiver = started(engine, topic.settings("group.id", "thirty"));
        await().until(() -> engine.values().size() == 30);
        receiver.pause();
        receiver.durable(engine.mark());
        receiver.stop(DEADLINE);
        assertThat(topic.committed("thirty")).isEqualTo(Map.of(0, 30L));
    }

    @Test
    void records_wait_while_there_is_no_room_for_them_and_come_in_order(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        TestEngine engine = new TestEngine();
        engine.room(10);
        Receiver receiver = started(engine, topic.settings());
        await().until(() -> engine.refusals() > 2);
        assertThat(engine.values()).hasSize(10);
        engine.room(Integer.MAX_VALUE);
        await().until(() -> engine.values().size() == 100);
        receiver.stop(DEADLINE);
        assertThat(engine.values()).first().isEqualTo("0");
        assertThat(engine.values()).last().isEqualTo("99");
    }

    private Receiver started(TestEngine engine, Map<String, String> settings) throws Exception {
        Receiver receiver = provider.create(TestPluginContext.of(provider, "lines", settings));
        receiver.start(engine);
        return receiver;
    }
}
