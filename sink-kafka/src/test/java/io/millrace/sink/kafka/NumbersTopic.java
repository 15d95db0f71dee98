// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.SinkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A topic of numbers of one test, read as one reads who sees only what is committed. */
final class NumbersTopic {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(3);

    private final KafkaServer kafka;
    private final String name;

    NumbersTopic(KafkaServer kafka) {
        this(kafka, Map.of());
    }

    /** One with settings of its own. */
    NumbersTopic(KafkaServer kafka, Map<String, String> config) {
        this.kafka = kafka;
        this.name = TestTopic.create(kafka, 2, config).name();
    }

    String name() {
        return name;
    }

    /** Each topic has its own id, since all tests are of one program. */
    static Map<String, String> settings(String servers, String topic, String output) {
        return Map.of("bootstrap.servers", servers, "topic", topic, "transactional.id", topic + "." + output);
    }

    Sink.Transactional open(String output) {
        KafkaSinkProvider provider = new KafkaSinkProvider();
        return (Sink.Transactional)
                provider.open(SinkContext.of(provider, output, settings(kafka.bootstrapServers(), name, output)));
    }

    /** Ends of what is committed, where a commit that is on its way is waited for, but no transaction that is left open. */
    private Map<TopicPartition, Long> stableEnds(
            KafkaConsumer<String, String> committed, List<TopicPartition> partitions) {
        long deadline = System.nanoTime() + SETTLED_WITHIN.toNanos();
        try (KafkaConsumer<String, String> all = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            Map<TopicPartition, Long> written = all.endOffsets(partitions);
            while (true) {
                Map<TopicPartition, Long> ends = committed.endOffsets(partitions);
                if (partitions.stream().allMatch(p -> ends.get(p) >= written.get(p)) || System.nanoTime() > deadline) {
                    return ends;
                }
            }
        }
    }

    List<Integer> numbers() {
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
        List<TopicPartition> partitions = List.of(new TopicPartition(name, 0), new TopicPartition(name, 1));
        List<Integer> numbers = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = stableEnds(consumer, partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the topic '" + name + "' could not be read to its end");
                }
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    numbers.add(Integer.valueOf(record.value().strip()));
                }
            }
        }
        return numbers;
    }
}
