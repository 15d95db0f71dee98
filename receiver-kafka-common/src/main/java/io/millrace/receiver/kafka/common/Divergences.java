// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.Position;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds logs that are no longer what was read of them: a leader was elected that lacked their last records, and has written
 * others in their place. Only the leader epochs of positions show that, and only consumers can ask for it.
 */
final class Divergences {
    private final KafkaClients clients;

    Divergences(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * Asks the leaders.
     *
     * @param positions places up to which partitions were read, each with a leader epoch
     * @return by partition, up to where the log is what was read; those that are what was read are left out
     */
    Map<TopicPartition, Position> find(Map<TopicPartition, Position> positions) {
        Map<TopicPartition, Position> found = new HashMap<>();
        if (positions.isEmpty()) {
            return found;
        }
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = clients.consumer("check", Map.of());
        try {
            Set<TopicPartition> left = new LinkedHashSet<>(positions.keySet());
            consumer.assign(left);
            consumer.endOffsets(left, Cluster.TIMEOUT); // a position is checked only if its leader is known
            positions.forEach((partition, position) -> consumer.seek(
                    partition, new OffsetAndMetadata(position.number(), KafkaPosition.leaderEpoch(position), "")));
            while (!left.isEmpty()) {
                TopicPartition next = left.iterator().next();
                try {
                    consumer.position(next, Cluster.TIMEOUT); // waits until it is checked
                    left.remove(next);
                } catch (LogTruncationException e) {
                    e.offsetOutOfRangePartitions().keySet().forEach(partition -> {
                        OffsetAndMetadata same = e.divergentOffsets().get(partition);
                        Position wanted = positions.getOrDefault(partition, Position.of(0));
                        found.put(
                                partition,
                                KafkaPosition.of(
                                        same == null ? 0 : Math.min(same.offset(), wanted.number()),
                                        KafkaPosition.topicId(wanted),
                                        same == null ? Optional.empty() : same.leaderEpoch()));
                    });
                    left.removeAll(e.offsetOutOfRangePartitions().keySet());
                    consumer.assign(left);
                }
            }
            return found;
        } catch (RuntimeException e) {
            throw clients.errors().translate("comparing " + positions.keySet() + " with what was read", e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
