// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for what must come to pass, and watches what must not.
 *
 * @param limit how long it waits at most; what is asked for comes long before on any machine, if it comes at all
 */
public record Patience(Duration limit) {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Waits until a condition holds; fails, saying what was awaited and what is so instead, if it does not. */
    public void await(String what, BooleanSupplier condition, Supplier<?> instead) {
        if (!holdsWithin(limit, condition)) {
            throw new AssertionError(
                    "for " + limit.toMillis() + " ms it was not so that " + what + "; instead: " + instead.get());
        }
    }

    /** Waits until a condition holds; fails, saying what was awaited, if it does not. */
    public void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "it is not so");
    }

    /** Waits for a future's value. */
    public <T> T await(String what, CompletableFuture<T> future) {
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("for " + limit.toMillis() + " ms it was not so that " + what, e);
        } catch (ExecutionException e) {
            throw new AssertionError("it was not so that " + what + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting until " + what, e);
        }
    }

    /** Whether a condition comes to hold in time. */
    public static boolean holdsWithin(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
