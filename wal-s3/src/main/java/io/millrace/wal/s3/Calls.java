// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.api.StreamClock;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs requests on the store's own threads. The AWS SDK gives a request up when its thread is interrupted, and a caller's
 * interruption must not decide whether an append happened; so the caller waits, and stays interrupted.
 */
final class Calls {
    private final ExecutorService threads;
    private final StreamClock clock;

    Calls(ExecutorService threads, StreamClock clock) {
        this.threads = threads;
        this.clock = clock;
    }

    /** Starts {@code task}, which answers for its own failures. */
    void start(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new WalException(Reason.CLOSED, "the store is closed", e);
        }
    }

    /** Starts {@code call}. */
    <T> CompletableFuture<T> submit(Supplier<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        start(() -> {
            try {
                result.complete(call.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Runs {@code call} and waits for it, interrupted or not. */
    <T> T run(Supplier<T> call) {
        return join(submit(call));
    }

    /** Runs all calls at once and waits for their results, in the order of the calls. */
    <T> List<T> all(Stream<Supplier<T>> calls) {
        List<T> results = new ArrayList<>();
        for (CompletableFuture<T> started : calls.map(this::submit).toList()) {
            results.add(join(started));
        }
        return results;
    }

    /** Waits for a result, interrupted or not, and throws what its call threw. */
    static <T> T join(CompletableFuture<T> result) {
        try {
            return result.join(); // which an interruption does not end
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Lets time pass. */
    void pause(Duration duration) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        clock.schedule(duration, () -> over.complete(true));
        join(over);
    }

    long nanos() {
        return clock.nanos();
    }
}
