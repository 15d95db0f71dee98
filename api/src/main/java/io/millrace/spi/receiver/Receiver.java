// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import java.time.Duration;
import java.util.Optional;

/**
 * Pushes the records of one input in. Knows nothing of logs, blocks or batches: it appends to a
 * {@link RecordAppender} and learns what became durable.
 *
 * <p>Life: {@link #start} once, {@link #pause} and {@link #resume} any number of times, {@link #stop} once. The engine
 * calls these one at a time, from a thread of its own; they hand over to the receiver's own thread and return quickly,
 * except {@code stop}.
 *
 * @since 0.1
 */
public interface Receiver {
    /**
     * Starts receiving, on threads made by {@link io.millrace.spi.plugin.PluginContext#threads()}, and returns.
     *
     * @throws Exception if it cannot; the engine tries again with a new receiver after a back-off, or ends the program if it is
     *     a {@link io.millrace.api.MillraceException} whose code is not retriable
     */
    void start(ReceiverContext context) throws Exception;

    /** Stops appending, but keeps its connections and memberships alive. */
    void pause();

    /** Appends again. */
    void resume();

    /**
     * Everything up to {@code mark} is durable, in the log and in the ledger: what the source may be told. Marks come in
     * order; the newest says everything. Called from an engine thread: the receiver hands it to its own (a mailbox and a
     * wake-up) and returns.
     */
    void durable(DurableMark mark);

    /**
     * Why it receives nothing at the moment, such as that it has no connection, with the name of what it is about; empty if it does,
     * or its source is merely quiet. Asked now and then, on a thread of the engine's, before, during and after all other calls, and
     * told to listeners as the condition {@code input-trouble}, as is what a receiver failed with until the next one is started.
     * Returns at once. Experimental.
     */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /**
     * Acknowledges what is durable, closes its connections and ends its threads. Called after a pause and a last
     * {@link #durable} at a graceful stop; without them otherwise, and also after a {@link #start} that threw.
     *
     * @param deadline how long it may take; what is not acknowledged by then is read again by the next start
     */
    void stop(Duration deadline);
}
