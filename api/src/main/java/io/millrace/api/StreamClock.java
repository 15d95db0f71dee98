// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Duration;

/**
 * Where the engine gets time from: everything that a batch, a block, a timeout or a back-off depends on. Tests pass one
 * that they move by hand. All methods may be called from any thread.
 *
 * @since 0.1
 */
public interface StreamClock {
    /** Milliseconds since the epoch; may step backwards when the host's clock is set. */
    long millis();

    /** Nanoseconds of a counter that never steps backwards and says nothing about the date. */
    long nanos();

    /**
     * Runs {@code task} once, on a thread of the clock, when {@code delay} has passed on this clock. The task must
     * return quickly.
     */
    Cancellable schedule(Duration delay, Runnable task);

    /** A scheduled task that can be called off. */
    @FunctionalInterface
    interface Cancellable {
        /** Prevents the task from running, unless it has begun. Idempotent. */
        void cancel();
    }
}
