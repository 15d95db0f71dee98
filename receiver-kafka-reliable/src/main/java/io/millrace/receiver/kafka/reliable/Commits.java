// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.receiver.kafka.common.ReadTopics;
import io.millrace.spi.receiver.DurableMark;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Kafka what is durable: the offsets to read next, under the stream's group. It is for those who watch the group's
 * lag; where to go on is the ledger's word, so a commit that fails costs nothing but a warning.
 */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final ReadTopics topics;
    private final KafkaSettings settings;
    private final long intervalNanos;
    private final AtomicReference<@Nullable DurableMark> newest = new AtomicReference<>();

    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();
    private long lastNanos;
    private boolean failing;

    /** @param topics says which topics {@code consumer} reads */
    Commits(
            KafkaConsumer<ByteBuffer, ByteBuffer> consumer,
            ReadTopics topics,
            KafkaSettings settings,
            Duration interval) {
        this.consumer = consumer;
        this.topics = topics;
        this.settings = settings;
        intervalNanos = interval.toNanos();
        lastNanos = System.nanoTime() - intervalNanos;
    }

    /** Takes the newest mark. Any thread. */
    void durable(DurableMark mark) {
        newest.set(mark);
    }

    /** Sends what is durable, if it is time to and there is anything new. The receiver's thread. */
    void sendIfDue() {
        long now = System.nanoTime();
        if (now - lastNanos < intervalNanos) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
        if (offsets.equals(committed)) {
            return;
        }
        lastNanos = now;
        committed = offsets;
        consumer.commitAsync(offsets, (sent, failure) -> {
            if (failure == null) {
                failing = false;
            } else {
                committed = Map.of();
                failed(failure);
            }
        });
    }

    /** Sends what is durable and waits for the answer. The receiver's thread, at its end. */
    void sendLast(Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, timeout);
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        DurableMark mark = newest.get();
        if (mark == null) {
            return Map.of();
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Map.Entry<String, Position> entry : mark.positions().entrySet()) {
            Position next = entry.getValue();
            TopicPartition partition = KafkaPosition.partition(entry.getKey());
            if (!KafkaPosition.ofAnotherTopic(next, topics.id(partition.topic()))) {
                offsets.put(partition, KafkaPosition.commit(next, settings.program()));
            }
        }
        return offsets;
    }

    private void failed(Exception failure) {
        if (!failing) {
            LOG.warn(
                    "{}: offsets are not committed under the group '{}' ({}); nothing depends on it, and it is tried"
                            + " again",
                    settings.owner(),
                    settings.groupId(),
                    failure.getMessage());
        }
        failing = true;
    }
}
