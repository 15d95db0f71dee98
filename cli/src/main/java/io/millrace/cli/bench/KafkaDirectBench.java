// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.testkit.bench.DirectBench;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** For {@code kafka-direct}: a topic on the user's brokers. */
final class KafkaDirectBench implements DirectBench {
    @Override
    public String provider() {
        return "kafka-direct";
    }

    @Override
    public FilledSource open(Map<String, String> given) {
        return new Topic(BenchTopic.make(provider(), given));
    }

    private record Topic(BenchTopic topic) implements FilledSource {
        @Override
        public Map<String, String> settings() {
            return topic.settings(Map.of(
                    "topics",
                    topic.name(),
                    "start",
                    "earliest",
                    "group.id",
                    topic.name(),
                    "accept.lost.state",
                    "true",
                    "metadata.refresh",
                    "10ms",
                    "fetch.timeout",
                    "20s"));
        }

        @Override
        public void produce(int from, int until) {
            topic.send(IntStream.range(from, until).mapToObj(Integer::toString).toList());
        }

        @Override
        public boolean forgets() {
            return true;
        }

        @Override
        public void forget() {
            topic.forget();
        }

        @Override
        public Optional<OffsetRange> missing(OffsetRange last) {
            Position end = last.until();
            return Optional.of(new OffsetRange(
                    last.partition(),
                    new Position(end.number() + 1_000, end.detail()),
                    new Position(end.number() + 1_010, end.detail()),
                    10));
        }

        @Override
        public void close() {
            topic.close();
        }
    }
}
