// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Appends polled records, in order, and keeps what is not taken at the moment. Used by the receiver's thread only.
 */
final class Intake {
    private final RecordAppender appender;
    private final Map<TopicPartition, String> topicIds;
    private final Map<TopicPartition, Integer> indexes = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Deque<Polled> waiting = new ArrayDeque<>();

    /** @param topicIds the topics' ids, which are written down with positions; grows as partitions are found */
    Intake(RecordAppender appender, Map<TopicPartition, String> topicIds) {
        this.appender = appender;
        this.topicIds = topicIds;
    }

    /** A partition is read from {@code offset} on. */
    void begin(TopicPartition partition, long offset) {
        ends.put(partition, offset);
    }

    /**
     * Adds what was polled behind what is waiting: records, and where Kafka reads on after them or after what it does not
     * show (the markers of transactions, and what those that were aborted wrote).
     */
    void add(ConsumerRecords<ByteBuffer, ByteBuffer> records) {
        records.nextOffsets().forEach((partition, after) -> add(partition, records.records(partition), after));
    }

    private void add(
            TopicPartition partition, List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled, OffsetAndMetadata after) {
        Long before = ends.put(partition, after.offset());
        if (!polled.isEmpty() || before == null || before < after.offset()) {
            waiting.add(new Polled(partition, polled, after));
        }
    }

    /** Looks where Kafka reads on in a partition of which no records were polled. */
    void passed(TopicPartition partition, OffsetAndMetadata after) {
        add(partition, List.of(), after);
    }

    /** Whether polled records wait to be taken. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /**
     * Appends what is waiting.
     *
     * @return false if not all of it was taken
     * @throws MillraceException if a record is too large
     */
    boolean drain() {
        for (Polled polled = waiting.peek(); polled != null; polled = waiting.peek()) {
            if (!append(polled)) {
                return false;
            }
            waiting.remove();
        }
        return true;
    }

    private boolean append(Polled polled) {
        int partition = indexes.computeIfAbsent(polled.partition, key -> appender.partition(key.toString()));
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = polled.records;
        int size = records.size();
        String topicId = topicIds.getOrDefault(polled.partition, "");
        Optional<Integer> leaderEpoch = Optional.empty();
        for (int i = polled.next; i < size; i++) {
            ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(i);
            if (i == polled.next || !record.leaderEpoch().equals(leaderEpoch)) {
                leaderEpoch = record.leaderEpoch();
                appender.detail(
                        partition, KafkaPosition.of(0, topicId, leaderEpoch).detail());
            }
            if (!append(partition, record)) {
                polled.next = i;
                return false;
            }
        }
        polled.next = size;
        appender.mark(partition, KafkaPosition.of(polled.after.offset(), topicId, polled.after.leaderEpoch()));
        return true;
    }

    private boolean append(int partition, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        long offset = record.offset();
        try {
            return appender.append(
                    partition, offset, offset + 1, record.timestamp(), record.key(), record.value(), headers(record));
        } catch (IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the record at offset " + offset + " of " + record.topic() + "-" + record.partition()
                            + " cannot be taken: " + e.getMessage(),
                    e);
        }
    }

    private static List<RecordHeader> headers(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        Header[] headers = record.headers().toArray();
        if (headers.length == 0) {
            return List.of();
        }
        List<RecordHeader> copies = new ArrayList<>(headers.length);
        for (Header header : headers) {
            copies.add(new RecordHeader(header.key(), header.value()));
        }
        return copies;
    }

    /** The records of one partition from one poll. */
    private static final class Polled {
        private final TopicPartition partition;
        private final List<ConsumerRecord<ByteBuffer, ByteBuffer>> records;
        /** Where Kafka reads on after them, past what has no records. */
        private final OffsetAndMetadata after;
        /** The first that was not taken. */
        private int next;

        Polled(
                TopicPartition partition,
                List<ConsumerRecord<ByteBuffer, ByteBuffer>> records,
                OffsetAndMetadata after) {
            this.partition = partition;
            this.records = records;
            this.after = after;
        }
    }
}
