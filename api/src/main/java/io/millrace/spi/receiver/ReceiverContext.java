// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.util.List;
import java.util.Map;

/**
 * What a receiver is started with. Thread-safe.
 *
 * @since 0.1
 */
public interface ReceiverContext {
    /** Counts the starts of this input's receivers over all processes; a higher one replaces every lower one. */
    long incarnation();

    /**
     * Where to go on, by source partition: the ledger's word, which outranks whatever the source remembers. Partitions
     * that are not in it are new.
     */
    Map<String, Position> positions();

    /**
     * Records durably where reading a partition begins, before its first record is appended. For partitions in
     * {@link #positions()} this does nothing. Blocks until it is durable.
     */
    void begin(Map<String, Position> starts) throws InterruptedException;

    /**
     * Records durably that these records were to be received and that the source no longer has them: each partition goes on
     * where its range ends, which may lie before its beginning if the partition is not what it was. For partitions in
     * {@link #positions()}, before their first record is appended; listeners are told. Blocks until it is durable.
     *
     * @param ranges what is gone, at most one range of a partition
     */
    default void lost(List<OffsetRange> ranges) throws InterruptedException {
        throw new UnsupportedOperationException("this engine does not let positions be passed over");
    }

    /** Where to append. */
    RecordAppender appender();

    /** The partition has nothing to read at the moment, or has again: windows by event time do not wait for it. */
    void idle(String partition, boolean idle);

    /** Reports something that a person should know, without restarting. */
    void reportError(String message, Throwable error);

    /**
     * The receiver cannot go on: the engine stops it and starts a new one after a back-off, or ends the program if {@code error}
     * is a {@link io.millrace.api.MillraceException} whose code is not retriable.
     */
    void restart(String reason, Throwable error);
}
