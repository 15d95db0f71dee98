// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import io.millrace.api.source.Position;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a receiver's records into the block that is being built. Never blocks. All methods are called by one thread at a
 * time; the bytes are copied before they return.
 *
 * <p>Records of one partition are appended in order. A receiver of guarantee
 * {@link ReceiverProvider.Guarantee#POSITIONS} gives a position with each record, or appends several without and then
 * {@linkplain #mark marks} the position after them; a block never ends between.
 *
 * @since 0.1
 */
public interface RecordAppender {
    /** The index of a source partition for the calls below; the same name gives the same index. */
    int partition(String name);

    /**
     * Appends one record whose source has numeric positions.
     *
     * @param partition from {@link #partition(String)}
     * @param offset the record's own position, shown as {@link io.millrace.api.source.RecordView#offset()}
     * @param next where to read next after it; {@code offset + 1} for Kafka
     * @param timestamp epoch milliseconds; negative if the record has none
     * @param key from position to limit, left as they are; null if the record has none
     * @param value likewise
     * @return false if it was not taken, since too much is on its way: try again when {@link #onReady} says so
     * @throws IllegalArgumentException if the record is larger than a block may be
     */
    boolean append(
            int partition,
            long offset,
            long next,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers);

    /**
     * Appends one record without a position; {@link #mark} or {@link #token} must follow.
     *
     * @return false if it was not taken, as above
     */
    boolean append(
            int partition,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers);

    /**
     * The {@linkplain Position#detail detail} of the positions that are appended with records from now on; none at first. A
     * position that is {@linkplain #mark marked} has its own.
     */
    default void detail(int partition, String detail) {}

    /** What was appended from this partition so far ends before {@code next}. */
    void mark(int partition, Position next);

    /**
     * What was appended so far is covered by this ack token. Tokens are numbers of the receiver's own that grow; it
     * learns from {@link DurableMark#token()} up to which one everything is durable.
     */
    void token(long token);

    /** Calls {@code wakeUp}, on an engine thread, whenever records are taken again after one was not. */
    void onReady(Runnable wakeUp);
}
