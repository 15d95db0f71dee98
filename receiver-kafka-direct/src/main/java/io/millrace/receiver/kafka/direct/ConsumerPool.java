// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.KafkaClients;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers that no range is read by at the moment, at most one for a partition and not too many: readers lease one for the
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
    /** How many are kept that nobody reads by: each has a few descriptors, and one for each broker. */
    static final int MOST_IDLE = 64;
    /** How many consumers are made ahead. */
    private static final int PREPARED = 8;

    private final KafkaClients clients;
    private final Map<String, Object> defaults;
    /** The one that was given back first, first. */
    private final Deque<PartitionConsumer> idle = new ArrayDeque<>();

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

    /**
     * Leases a consumer of {@code partition}: the one that stands at {@code position} if there is one. Beyond a number of
     * them, which each hold connections, one that nobody has read by for long is set to the partition.
     */
    PartitionConsumer lease(TopicPartition partition, Position position) {
        PartitionConsumer other = null;
        synchronized (this) {
            for (PartitionConsumer consumer : idle) {
                if (consumer.partition().equals(partition) && (other == null || consumer.isAt(position))) {
                    other = consumer;
                }
            }
            if (other == null && idle.size() >= MOST_IDLE) {
                other = idle.peek();
            }
            if (other != null) {
                idle.remove(other);
            }
        }
        if (other == null) {
            return make(partition);
        }
        if (!other.partition().equals(partition)) {
            other.become(partition);
        }
        return other;
    }

    /** Gives a consumer back for the next range of its partition; what was given back before it stands elsewhere. */
    void giveBack(PartitionConsumer consumer) {
        List<PartitionConsumer> surplus = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                surplus.add(consumer);
            } else {
                idle.removeIf(each -> each.partition().equals(consumer.partition()) && surplus.add(each));
                if (idle.size() >= MOST_IDLE) {
                    surplus.add(idle.remove());
                }
                idle.add(consumer);
            }
        }
        surplus.forEach(PartitionConsumer::close);
    }

    /** How many consumers are not leased. */
    synchronized int idle() {
        return idle.size();
    }

    @Override
    public void close() {
        List<PartitionConsumer> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(idle);
            idle.clear();
        }
        all.forEach(PartitionConsumer::close);
    }
}
