// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Duration;

/**
 * How an asynchronous function is called. Immutable: each method returns another one.
 *
 * @since 0.1
 */
public final class AsyncCalls {
    private final int most;
    private final Duration timeout;
    private final boolean ordered;

    private AsyncCalls(int most, Duration timeout, boolean ordered) {
        this.most = most;
        this.timeout = timeout;
        this.ordered = ordered;
    }

    /** At most this many calls of one task that are not complete; results come in the order of the elements. */
    public static AsyncCalls atMost(int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("at most " + calls + " calls at once: give at least 1");
        }
        return new AsyncCalls(calls, Duration.ofSeconds(30), true);
    }

    /** Results come as they are complete. */
    public AsyncCalls unordered() {
        return new AsyncCalls(most, timeout, false);
    }

    /** A call that is not complete after this long fails its task; 30 s unless it is set. A hundred years at most. */
    public AsyncCalls timeout(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("a timeout of " + longest + ": give a positive one");
        }
        return new AsyncCalls(most, Durations.atMost(Durations.LONGEST_WAIT, longest), ordered);
    }

    /** How many calls at once. */
    public int most() {
        return most;
    }

    /** How long one may take. */
    public Duration timeout() {
        return timeout;
    }

    /** Whether results come in the order of the elements. */
    public boolean ordered() {
        return ordered;
    }
}
