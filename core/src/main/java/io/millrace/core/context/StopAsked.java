// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.context;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.clock.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to stop. The stop is done on a thread of its own, so that the caller waits no longer than its deadline.
 *
 * @param graceful whether what was received is processed
 * @param deadline how long that may take
 * @param savepoint where to write one; null for nowhere
 * @param done whether everything was done
 */
record StopAsked(
        boolean graceful, Duration deadline, @Nullable Path savepoint, CompletableFuture<Boolean> done) {
    private static final Logger LOG = LoggerFactory.getLogger(StopAsked.class);

    /** How much longer than its deadline a graceful stop may take to close what is open. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    /** How long one that gives everything up may take. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    StopAsked(boolean graceful, Duration deadline, @Nullable Path savepoint) {
        this(graceful, Times.wait(deadline), savepoint, new CompletableFuture<>());
    }

    /**
     * A savepoint is never written over.
     *
     * @throws MillraceException if there is a file where it is to be
     */
    static void refuseExisting(Path savepoint) {
        if (Files.exists(savepoint)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + savepoint + "' exists already: give another name, or remove it");
        }
    }

    /** A stop that gives up what is under way. */
    static StopAsked atOnce() {
        return new StopAsked(false, Duration.ZERO, null);
    }

    /** Whether another stop, which was faster, has done what is asked; it writes no savepoint of this one. */
    boolean isDoneBy(boolean complete) {
        return complete && savepoint == null;
    }

    /**
     * Waits until it is done, or for as long as was said; it goes on in the latter case. An interrupt ends the wait for a
     * graceful stop, and leaves one that gives everything up to its own limit.
     *
     * @return whether everything was done
     * @throws MillraceException if the savepoint could not be written
     */
    boolean await(String program) {
        Duration limit = graceful ? Times.wait(deadline.plus(SLACK)) : AT_ONCE;
        try {
            return savepoint != null ? done.get() : await(System.nanoTime() + limit.toNanos());
        } catch (TimeoutException e) {
            LOG.warn(
                    "Program '{}' has not closed everything within {} ms, and goes on with that in the background",
                    program,
                    limit.toMillis());
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MillraceException known) {
                throw known;
            }
            throw new IllegalStateException("a stop failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean await(long end) throws InterruptedException, ExecutionException, TimeoutException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    if (graceful) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
