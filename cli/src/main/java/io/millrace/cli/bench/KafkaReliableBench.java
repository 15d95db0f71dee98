// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.testkit.bench.ReceiverBench;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** For {@code kafka-reliable}: a topic on the user's brokers, and what the receiver's group has committed of it. */
final class KafkaReliableBench implements ReceiverBench {
    @Override
    public String provider() {
        return "kafka-reliable";
    }

    @Override
    public FedSource open(Map<String, String> given) {
        return new Topic(BenchTopic.make(provider(), given));
    }

    private static final class Topic implements FedSource {
        private final BenchTopic topic;
        private final List<String> sent = new ArrayList<>();

        Topic(BenchTopic topic) {
            this.topic = topic;
        }

        @Override
        public Map<String, String> settings() {
            return topic.settings(Map.of(
                    "topics",
                    topic.name(),
                    "start",
                    "earliest",
                    "group.id",
                    topic.name(),
                    "commit.interval",
                    "10ms",
                    "accept.lost.state",
                    "true"));
        }

        @Override
        public void send(List<String> values) {
            sent.addAll(values);
            topic.send(values);
        }

        @Override
        public Set<String> acknowledged() {
            Map<Integer, Long> committed = topic.committed(topic.name());
            Set<String> values = new HashSet<>();
            for (int i = 0; i < sent.size(); i++) { // each went to the next partition
                if (i / BenchTopic.PARTITIONS < committed.getOrDefault(i % BenchTopic.PARTITIONS, 0L)) {
                    values.add(sent.get(i));
                }
            }
            return values;
        }

        @Override
        public boolean tellsIdle() {
            return true;
        }

        @Override
        public void close() {
            topic.close();
        }
    }
}
