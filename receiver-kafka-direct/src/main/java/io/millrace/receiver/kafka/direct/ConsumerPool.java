// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.KafkaClients;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers that no range is read by at the moment, by partition, at most one for each: readers lease one for the
 * length of a range and give it back where it stands. Thread-safe.
 */
final class ConsumerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerPool.class);
    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);
    private static final int MIB = 1 << 20;
    /** What all partitions together may have fetched ahead. */
    private static final int FETCH_BUDGET = 64 * MIB;
    /**
     * What is processed while the next fetch is on its way: a consumer asks for it when the last poll empties the one
     * before. What is polled and waits for its range is copied by the collector, so more than this costs more than it
     * saves.
     */
    private static final int POLL_RECORDS = 20_000;
    /** How many consumers are made ahead. */
    private static final int PREPARED = 8;

    private final KafkaClients clients;
    private final Map<String, Object> defaults;
    private final Map<TopicPartition, Deque<PartitionConsumer>> idle = new HashMap<>();
    private boolean closed;

    ConsumerPool(KafkaClients clients, int partitions) {
        this.clients = clients;
        int fetchBytes = Math.max(MIB / 4, Math.min(4 * MIB, FETCH_BUDGET / Math.max(1, partitions)));
        defaults = Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                POLL_RECORDS,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                fetchBytes,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                50 * MIB);
    }

    /**
     * Makes consumers for some partitions and connects them, while the rest of the program starts. Only time is lost if
     * that does not succeed: whoever reads finds out why.
     */
    void prepare(Collection<TopicPartition> partitions) {
        partitions.stream().sorted(BY_NAME).limit(PREPARED).forEach(partition -> {
            try {
                PartitionConsumer made = make(partition);
                made.connect();
                giveBack(made);
            } catch (RuntimeException e) {
                LOG.debug("A consumer of {} could not be prepared: {}", partition, e.toString());
            }
        });
    }

    private PartitionConsumer make(TopicPartition partition) {
        return new PartitionConsumer(partition, clients.consumer("read-" + partition, defaults));
    }

    /** Leases a consumer of {@code partition}: the one that stands at {@code position} if there is one. */
    PartitionConsumer lease(TopicPartition partition, Position position) {
        synchronized (this) {
            Deque<PartitionConsumer> free = idle.getOrDefault(partition, new ArrayDeque<>());
            for (PartitionConsumer consumer : free) {
                if (consumer.isAt(position)) {
                    free.remove(consumer);
                    return consumer;
                }
            }
            PartitionConsumer other = free.poll();
            if (other != null) {
                return other;
            }
        }
        return make(partition);
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
