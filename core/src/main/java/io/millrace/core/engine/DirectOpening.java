// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.direct.DirectSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * A direct source that is being opened on a thread of its own, while logs are opened and replayed: asking a cluster what
 * it has takes about as long. Errors are those of {@link #take}, so that they come in the order of a start.
 */
final class DirectOpening implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String stream;
    private final CompletableFuture<DirectSource> opened = new CompletableFuture<>();
    private final Thread thread;
    private boolean taken;

    private DirectOpening(String stream, Supplier<DirectSource> opening, ThreadFactory threads) {
        this.stream = stream;
        thread = threads.newThread(() -> {
            try {
                opened.complete(opening.get());
            } catch (Throwable failure) {
                opened.completeExceptionally(failure);
            }
        });
    }

    static DirectOpening begin(String stream, Supplier<DirectSource> opening, ThreadFactory threads) {
        DirectOpening begun = new DirectOpening(stream, opening, threads);
        begun.thread.start();
        return begun;
    }

    /** Waits for the source, which is the caller's to close from now on; throws what opening it threw. */
    DirectSource take() {
        try {
            DirectSource source = opened.get();
            taken = true;
            return source;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new MillraceException(
                            ErrorCode.INTERNAL, "input '" + stream + "' could not be opened: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(
                    ErrorCode.INTERNAL, "opening input '" + stream + "' was interrupted: start the program again", e);
        }
    }

    /** Gives up a source that nobody took: closes it as soon as it is open. */
    @Override
    public void close() throws InterruptedException {
        if (!taken) {
            thread.interrupt();
            CompletableFuture<Void> unused = opened.thenAccept(DirectSource::close);
            thread.join(PATIENCE.toMillis());
        }
    }
}
