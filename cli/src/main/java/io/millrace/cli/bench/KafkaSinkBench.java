// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.testkit.bench.SinkBench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** For {@code kafka}, the sink: a topic on the user's brokers, read as one reads who sees only what is committed. */
final class KafkaSinkBench implements SinkBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String provider() {
        return "kafka";
    }

    @Override
    public Target open(Map<String, String> given) {
        return new Topic(BenchTopic.make(provider(), given));
    }

    private record Topic(BenchTopic topic) implements Target {
        /** Each test has its own id, since all of them are of one program. */
        @Override
        public Map<String, String> settings(String output) {
            return topic.settings(Map.of("topic", topic.name(), "transactional.id", topic.name() + "." + output));
        }

        @Override
        public Object element(int number) {
            return String.valueOf(number);
        }

        @Override
        public List<Integer> visible() {
            Map<String, Object> config = new HashMap<>(topic.clients());
            config.put("isolation.level", "read_committed");
            List<TopicPartition> partitions = new ArrayList<>();
            for (int partition = 0; partition < BenchTopic.PARTITIONS; partition++) {
                partitions.add(new TopicPartition(topic.name(), partition));
            }
            List<Integer> numbers = new ArrayList<>();
            try (KafkaConsumer<String, String> consumer =
                    new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException(
                                "the topic '" + topic.name() + "' could not be read to its end");
                    }
                    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                        numbers.add(Integer.valueOf(record.value()));
                    }
                }
            }
            return numbers;
        }

        @Override
        public void close() {
            topic.close();
        }
    }
}
