// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import io.millrace.api.source.Position;
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

    /** Where to append. */
    RecordAppender appender();

    /** The partition has nothing to read at the moment, or has again: windows by event time do not wait for it. */
    void idle(String partition, boolean idle);

    /** Reports something that a person should know, without restarting. */
    void reportError(String message, Throwable error);

    /** The receiver cannot go on: the engine stops it and starts a new one after a back-off. */
    void restart(String reason, Throwable error);
}
