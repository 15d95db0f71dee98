// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.core.failure.Failures;
import io.millrace.core.watch.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long one batch of an output waits for what passes by itself: a database that restarts, a broker that is away. What
 * passes, an error says by its code. While it waits, a condition says why. Of one thread.
 */
final class OutputRetry implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String subject;
    private final Instant batch;
    private final Duration patience;
    private final StreamClock clock;
    private final Conditions conditions;
    private Duration pause = FIRST_PAUSE;
    private boolean waits;
    private long since;
    private @Nullable String said;

    /**
     * Nothing has failed yet.
     *
     * @param patience for how long after the first failure the output is called again
     */
    OutputRetry(String output, Instant batch, Duration patience, StreamClock clock, Conditions conditions) {
        this.subject = "output '" + output + "'";
        this.batch = batch;
        this.patience = patience;
        this.clock = clock;
        this.conditions = conditions;
    }

    /** How long to wait before the next call; empty if the error does not pass, or has not within the time. */
    Optional<Duration> pause(Throwable thrown) {
        boolean passes =
                thrown instanceof MillraceException known && known.code().retriable();
        if (!passes || patience.isZero()) {
            return Optional.empty();
        }
        long now = clock.nanos();
        if (!waits) {
            waits = true;
            since = now;
        }
        Duration left = patience.minusNanos(now - since);
        if (left.isZero() || left.isNegative()) {
            return Optional.empty();
        }
        tell(Failures.message(thrown), Duration.ofNanos(now - since));
        Duration next = least(pause, left);
        pause = least(pause.multipliedBy(2), LONGEST_PAUSE);
        return Optional.of(next);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void tell(String cause, Duration ago) {
        if (cause.equals(said)) {
            return;
        }
        said = cause;
        conditions.raise(
                Conditions.OUTPUT_RETRY,
                subject,
                ago,
                subject + " failed on batch " + batch + " with what may pass by itself; it is called again for up to "
                        + patience.toMillis() + " ms (output.retry-for), and later batches wait: " + cause);
    }

    /** What to add to what is said of an error that has not passed in time; empty if it was not waited for. */
    String gaveUp() {
        return waits ? "; it did not pass within output.retry-for = " + patience.toMillis() + "ms" : "";
    }

    /** The batch is written, or is not going to be. */
    @Override
    public void close() {
        if (said != null) {
            conditions.clear(Conditions.OUTPUT_RETRY, subject);
        }
    }
}
