// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.spi.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerRestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void R35_a_broker_that_dies_and_comes_back_costs_no_record_and_doubles_none(@TempDir Path directory)
            throws Exception {
        KafkaReliableProvider provider = new KafkaReliableProvider();
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(directory).start()) {
            TestTopic topic = TestTopic.create(kafka, 2);
            TestEngine engine = new TestEngine();
            Receiver receiver = provider.create(TestPluginContext.of(
                    provider,
                    "lines",
                    topic.settings("discovery.interval", "1s", "commit.interval", "100ms", "group.id", "survivor")));
            receiver.start(engine);
            topic.sendNumbers(0, 1_000, 2);
            await().atMost(PATIENCE).until(() -> engine.values().size() == 1_000);

            kafka.kill();
            receiver.durable(engine.mark());
            kafka.restart();
            topic.sendNumbers(1_000, 2_000, 2);
            await().atMost(PATIENCE).until(() -> engine.values().size() >= 2_000);
            receiver.durable(engine.mark());
            receiver.stop(Duration.ofSeconds(30));

            assertThat(engine.restarts()).isEmpty();
            assertThat(engine.values())
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 2_000)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(topic.committed("survivor")).containsEntry(0, 1_000L).containsEntry(1, 1_000L);
        }
    }

    /** Connections stay open, as those do that something between drops without a word. */
    @Test
    void aBrokerThatDoesNotAnswerTakesAPartOfTheTimeToStop(@TempDir Path directory) throws Exception {
        KafkaReliableProvider provider = new KafkaReliableProvider();
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(directory).start()) {
            TestTopic topic = TestTopic.create(kafka, 1);
            TestEngine engine = new TestEngine();
            Receiver receiver = provider.create(TestPluginContext.of(
                    provider, "lines", topic.settings("commit.interval", "1h", "group.id", "silent")));
            receiver.start(engine);
            topic.sendNumbers(0, 10, 1);
            await().atMost(PATIENCE).until(() -> engine.values().size() == 10);
            receiver.durable(engine.mark());

            kafka.pause();
            long began = System.nanoTime();
            receiver.stop(PATIENCE);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            kafka.resume();
            assertThat(took).isLessThan(PATIENCE.dividedBy(3));
        }
    }
}
