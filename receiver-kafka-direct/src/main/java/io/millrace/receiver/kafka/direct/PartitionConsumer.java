// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.ReadTopics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A consumer of one partition, with the records that it has polled and nobody has taken yet. A range that goes on where
 * the last one ended costs nothing: the fetch session, the answer that is on its way and the polled records are all kept.
 * It may be set to another partition, which costs a fetch. Used by one thread at a time.
 */
final class PartitionConsumer implements AutoCloseable {
    private static final Duration POSITION_TIMEOUT = Duration.ofMillis(100);

    private TopicPartition partition;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final ReadTopics topics;

    private List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = List.of();
    /** The first of {@link #polled} that was not taken. */
    private int next;
    /** Everything before it was taken. */
    private long taken = -1;
    /** Everything before it was polled. */
    private long polledUntil = -1;
    /** The id of the topic that it was polled of; empty if it is not known. */
    private String topicId = "";

    PartitionConsumer(TopicPartition partition, KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
        this.partition = partition;
        this.consumer = consumer;
        topics = new ReadTopics(consumer);
        consumer.assign(List.of(partition));
    }

    /** Reads another partition from now on. */
    void become(TopicPartition other) {
        partition = other;
        polled = List.of();
        next = 0;
        taken = -1;
        polledUntil = -1;
        topicId = "";
        consumer.assign(List.of(other));
    }

    /** Connects to the brokers; what follows then finds them known. */
    void connect() {
        consumer.partitionsFor(partition.topic());
    }

    TopicPartition partition() {
        return partition;
    }

    /** Whether reading can go on at {@code position} as things stand: there is no record from what was taken to there. */
    boolean isAt(Position position) {
        long offset = position.number();
        return !KafkaPosition.ofAnotherTopic(position, topicId)
                && taken <= offset
                && offset <= (next < polled.size() ? polled.get(next).offset() : polledUntil);
    }

    /** Makes {@code position} the next to be read. */
    void moveTo(Position position) {
        if (isAt(position)) {
            return;
        }
        polled = List.of();
        next = 0;
        taken = position.number();
        polledUntil = position.number();
        topicId = "";
        consumer.seek(partition, new OffsetAndMetadata(position.number(), KafkaPosition.leaderEpoch(position), ""));
    }

    /** Whether what is polled is of another topic than the one that {@code position} is in. */
    boolean isOfAnotherTopic(Position position) {
        return KafkaPosition.ofAnotherTopic(position, topicId);
    }

    /** Whether every record before {@code until} was taken. */
    boolean isPast(long until) {
        return (next < polled.size() ? polled.get(next).offset() : polledUntil) >= until;
    }

    /** Whether there are polled records to take. */
    boolean hasPolled() {
        return next < polled.size();
    }

    /**
     * Polls once; to be called when nothing polled is left. What may be of another topic of the name is polled again.
     *
     * @param within a position of the topic to read
     * @return whether that led any further: to records, or past offsets that have none
     */
    boolean poll(Duration timeout, Position within) {
        ConsumerRecords<ByteBuffer, ByteBuffer> records = consumer.poll(timeout);
        topicId = topics.id(partition.topic());
        if (topics.polled(partition.topic(), KafkaPosition.topicId(within)) == ReadTopics.Of.EITHER) {
            consumer.seek(partition, polledUntil);
            return false;
        }
        polled = records.records(partition);
        next = 0;
        long before = polledUntil;
        OffsetAndMetadata after = records.nextOffsets().get(partition);
        polledUntil = after != null ? after.offset() : Math.max(before, position());
        return polledUntil > before;
    }

    /** Takes the polled records before {@code until}. */
    PolledChunk take(long until) {
        int end = polled.size();
        if (polled.get(end - 1).offset() >= until) {
            end = firstAtOrAfter(until);
        }
        PolledChunk chunk = new PolledChunk(partition.toString(), polled, next, end);
        next = end;
        taken = polled.get(end - 1).offset() + 1;
        return chunk;
    }

    /** What the broker has, asked for to say it in an error. */
    String available() {
        List<TopicPartition> question = List.of(partition);
        Duration timeout = Duration.ofSeconds(5);
        return "offsets " + consumer.beginningOffsets(question, timeout).get(partition) + " to "
                + consumer.endOffsets(question, timeout).get(partition);
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
    }

    private long position() {
        try {
            return consumer.position(partition, POSITION_TIMEOUT);
        } catch (TimeoutException e) {
            return -1; // the position is being checked against the leader's epochs
        }
    }

    private int firstAtOrAfter(long offset) {
        int low = next;
        int high = polled.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (polled.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
