// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.OffsetRange;
import io.millrace.receiver.kafka.common.KafkaErrors;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.spi.direct.RangeReader;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ranges by consumers leased from the pool, each for the length of a range. */
final class KafkaRangeReader implements RangeReader {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRangeReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String MADE_ANEW = "its topic was deleted and made anew";

    private final ConsumerPool pool;
    private final Function<TopicPartition, String> topicIds;
    private final KafkaErrors errors;
    private final String choice;
    private final Duration timeout;
    private final Map<String, String> late;

    private @Nullable OffsetRange range;
    private @Nullable PartitionConsumer consumer;

    /**
     * A reader.
     *
     * @param topicIds the ids of the topics as they were last discovered
     * @param choice what to do about records that are lost: the end of an error
     * @param late by partition, why its batch waits; kept by the readers of a source together
     */
    KafkaRangeReader(
            ConsumerPool pool,
            Function<TopicPartition, String> topicIds,
            KafkaErrors errors,
            String choice,
            Duration timeout,
            Map<String, String> late) {
        this.late = late;
        this.pool = pool;
        this.topicIds = topicIds;
        this.errors = errors;
        this.choice = choice;
        this.timeout = timeout;
    }

    @Override
    public void open(OffsetRange range) {
        giveBack();
        TopicPartition partition = KafkaPosition.partition(range.partition());
        if (KafkaPosition.ofAnotherTopic(range.from(), topicIds.apply(partition))) {
            throw lost(range, MADE_ANEW, null);
        }
        this.range = range;
        if (range.from().number() < range.until().number()) {
            PartitionConsumer leased = pool.lease(partition, range.from());
            consumer = leased;
            leased.moveTo(range.from());
        }
    }

    @Override
    public @Nullable Chunk fetch() {
        OffsetRange open = range;
        PartitionConsumer leased = consumer;
        if (open == null || leased == null) {
            return null;
        }
        long until = open.until().number();
        try {
            long deadline = System.nanoTime() + timeout.toNanos();
            boolean outage = false;
            while (!leased.isPast(until)) {
                if (leased.hasPolled()) {
                    return leased.take(until);
                }
                boolean further = leased.poll(POLL, open.from());
                if (leased.isOfAnotherTopic(open.from())) {
                    throw lost(open, MADE_ANEW, null);
                }
                if (further) {
                    deadline = System.nanoTime() + timeout.toNanos();
                    outage = false;
                    late.remove(open.partition());
                } else if (System.nanoTime() - deadline > 0) {
                    boolean before = outage;
                    outage = isOutage(leased, open, before);
                    if (!outage && !before) {
                        throw noRecords(open);
                    }
                    deadline = System.nanoTime() + timeout.toNanos();
                }
            }
        } catch (OffsetOutOfRangeException e) {
            MillraceException lost = lost(open, why(leased, open, e), e);
            discard();
            throw lost;
        } catch (RuntimeException e) {
            discard();
            throw errors.translate("reading " + open, e);
        }
        giveBack();
        return null;
    }

    /**
     * Whether the brokers that lead the partition do not answer: the batch is late then, however long that takes.
     *
     * @param known whether that was said already
     * @throws MillraceException if they refuse to
     */
    private boolean isOutage(PartitionConsumer leased, OffsetRange open, boolean known) {
        try {
            leased.available();
            return false;
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            MillraceException why = errors.translate("reading " + open, e);
            if (!why.code().retriable()) {
                throw why;
            }
            late.put(open.partition(), why.getMessage() + "; the batch that reads " + open + " waits");
            if (!known) {
                LOG.warn("{}; the batch that reads {} waits until it answers", why.getMessage(), open);
            }
            return true;
        }
    }

    private MillraceException noRecords(OffsetRange open) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "no records of " + open + " arrived for " + timeout.toMillis()
                        + " ms, though the brokers that lead the partition answer; look at their logs, or raise"
                        + " 'fetch.timeout'");
    }

    @Override
    public void close() {
        giveBack();
    }

    private void forget() {
        OffsetRange open = range;
        if (open != null) {
            late.remove(open.partition());
        }
    }

    private void giveBack() {
        PartitionConsumer leased = consumer;
        consumer = null;
        forget();
        if (leased != null) {
            pool.giveBack(leased);
        }
    }

    /** After an error nobody knows in what state the consumer is. */
    private void discard() {
        PartitionConsumer leased = consumer;
        consumer = null;
        forget();
        if (leased != null) {
            leased.close();
        }
    }

    private static String available(PartitionConsumer consumer) {
        try {
            return consumer.available();
        } catch (RuntimeException e) {
            return "offsets that could not be asked for (" + e.getMessage() + ")";
        }
    }

    private static String why(PartitionConsumer consumer, OffsetRange range, OffsetOutOfRangeException error) {
        if (consumer.isOfAnotherTopic(range.from())) {
            return MADE_ANEW;
        }
        OffsetAndMetadata same = error instanceof LogTruncationException truncation
                ? truncation.divergentOffsets().get(KafkaPosition.partition(range.partition()))
                : null;
        return (same == null
                        ? ""
                        : "its log was truncated and differs from what was read from offset " + same.offset() + " on; ")
                + "available are " + available(consumer);
    }

    private MillraceException lost(OffsetRange range, String why, @Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.USER_CONFIG,
                "Kafka no longer has the records of " + range.partition() + " from offset "
                        + range.from().number() + " to " + range.until().number() + ": " + why
                        + "; keep records longer than the program may stand still" + choice,
                cause);
    }
}
