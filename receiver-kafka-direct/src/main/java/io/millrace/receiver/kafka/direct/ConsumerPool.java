// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.receiver.kafka.common.KafkaClients;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumers that no range is read by at the moment, by partition, at most one for each: readers lease one for the
 * length of a range and give it back where it stands. Thread-safe.
 */
final class ConsumerPool implements AutoCloseable {
    private static final int MIB = 1 << 20;
    /** What all partitions together may have fetched ahead. */
    private static final int FETCH_BUDGET = 64 * MIB;

    private final KafkaClients clients;
    private final Map<String, Object> defaults;
    private final Map<TopicPartition, Deque<PartitionConsumer>> idle = new HashMap<>();
    private boolean closed;

    ConsumerPool(KafkaClients clients, int partitions) {
        this.clients = clients;
        int fetchBytes = Math.max(MIB / 4, Math.min(4 * MIB, FETCH_BUDGET / Math.max(1, partitions)));
        defaults = Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                fetchBytes,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                50 * MIB);
    }

    /** Leases a consumer of {@code partition}: the one that stands at {@code offset} if there is one. */
    PartitionConsumer lease(TopicPartition partition, long offset) {
        synchronized (this) {
            Deque<PartitionConsumer> free = idle.getOrDefault(partition, new ArrayDeque<>());
            for (PartitionConsumer consumer : free) {
                if (consumer.isAt(offset)) {
                    free.remove(consumer);
                    return consumer;
                }
            }
            PartitionConsumer other = free.poll();
            if (other != null) {
                return other;
            }
        }
        return new PartitionConsumer(partition, clients.consumer("read-" + partition, defaults));
    }

    /** Gives a consumer back for the next range of its partition; what was given back before it stands elsewhere. */
    void giveBack(PartitionConsumer consumer) {
        List<PartitionConsumer> surplus = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                surplus.add(consumer);
            } else {
                Deque<PartitionConsumer> free =
                        idle.computeIfAbsent(consumer.partition(), partition -> new ArrayDeque<>());
                surplus.addAll(free);
                free.clear();
                free.add(consumer);
            }
        }
        surplus.forEach(PartitionConsumer::close);
    }

    @Override
    public void close() {
        List<PartitionConsumer> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.values().forEach(all::addAll);
            idle.clear();
        }
        all.forEach(PartitionConsumer::close);
    }
}
