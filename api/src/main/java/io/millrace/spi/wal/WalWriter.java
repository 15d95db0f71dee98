// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import java.util.Optional;

/**
 * The one writer of a log, in one epoch. One thread at a time appends, rolls and closes. Another one may trim and verify
 * meanwhile, one call at a time and none during or after {@link #close}, so that appends need not wait for it. {@link
 * #durableEnd} and {@link #state} may be called from any thread.
 *
 * @since 0.1
 */
public interface WalWriter extends AutoCloseable {
    /** The epoch it was opened with. */
    long epoch();

    /** What opening found. */
    WalRecovery recovery();

    /**
     * Appends a frame. Returns at once or blocks while {@link WalCapabilities#maxInFlight()} appends are under way.
     * Completions come strictly in the order of the calls, on any thread (also this one, before the method returns), and
     * must return quickly. After a failure with an unknown outcome the writer is poisoned: no later append succeeds.
     *
     * @throws WalException {@code TOO_LARGE} or {@code CLOSED}, in which case the completion is not called
     */
    void append(WalFrame frame, Completion completion) throws WalException;

    /** Up to where everything is durable; never goes back. May be called from any thread. */
    WalPosition durableEnd();

    /** Where the next append will go unless the store rolls first. */
    WalPosition end();

    /** Ends the current segment; the next append begins a new one. Rolling an empty segment does nothing. */
    void roll() throws WalException;

    /**
     * Frees whole segments that lie entirely before {@code before}. Never goes back, never frees the current segment.
     *
     * @return the first position that is still there
     */
    WalPosition trim(WalPosition before) throws WalException;

    /**
     * Makes sure that no other process claimed a higher epoch.
     *
     * @throws WalException {@code FENCED} if one did
     */
    void verifyOwnership() throws WalException;

    /** Whether it can still append. May be called from any thread. */
    WalState state();

    /**
     * What keeps appends from being answered that the store tries again by itself, in the medium's words, for a condition of
     * the program; empty if nothing does. May be called from any thread, and must neither wait nor change anything.
     * Experimental.
     */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** Waits for appends under way, then seals the log as far as the store can. Idempotent. */
    @Override
    void close() throws WalException;

    /** Takes the outcome of one append. */
    interface Completion {
        /**
         * The frame is durable.
         *
         * @param at where it begins
         */
        void durable(WalPosition at);

        /** The frame is not, or not known to be, durable: see {@link WalException#outcome()}. */
        void failed(WalException failure);
    }
}
