// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.failure.Failures;
import io.millrace.core.log.LogHandle;
import io.millrace.core.operator.FunctionFailure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads states on as many threads as there are processors. Some chunks at a time are read, checked and decoded, each by
 * whoever is free; then the partitions of the state take them in, each by whoever is free, chunk after chunk. What is
 * small is read by the caller alone.
 */
public final class StateLoader implements AutoCloseable {
    private static final long ALONE_BYTES = 4 << 20;
    private static final long WINDOW_BYTES_PER_THREAD = 2 << 20;

    private final int threads;
    private final long aloneBytes;
    private final LongConsumer progress;
    private final ExecutorService helpers;

    /**
     * A loader.
     *
     * @param threads how many threads read, the caller's among them
     * @param factory makes the others
     * @param progress is told how many more bytes were read, on any thread
     */
    public StateLoader(int threads, ThreadFactory factory, LongConsumer progress) {
        this(threads, ALONE_BYTES, factory, progress);
    }

    StateLoader(int threads, long aloneBytes, ThreadFactory factory, LongConsumer progress) {
        this.threads = threads;
        this.aloneBytes = aloneBytes;
        this.progress = progress;
        this.helpers = Executors.newCachedThreadPool(factory);
    }

    /** Loads a state from its chunks, which {@code read} fetches on any thread. */
    void load(State state, List<LogHandle> chunks, Function<LogHandle, byte[]> read) {
        long bytes = chunks.stream().mapToLong(LogHandle::length).sum();
        if (threads == 1 || chunks.size() == 1 || bytes <= aloneBytes) {
            for (LogHandle chunk : chunks) {
                try (ForeignCall codecs = ForeignCall.begin()) {
                    byte[] bytesOfChunk = read.apply(chunk);
                    checked(state, () -> state.load(new ByteReader(bytesOfChunk)));
                }
                progress.accept(chunk.length());
            }
            return;
        }
        Phases phases = new Phases();
        int until = 0;
        for (int from = 0; from < chunks.size(); from = until) {
            until = windowEnd(chunks, from);
            load(state, chunks.subList(from, until), read, phases);
        }
    }

    /** Runs what calls codecs, and the hashCode and equals of keys: code of the program. */
    private static void checked(State state, Runnable code) {
        try {
            code.run();
        } catch (ElementFailure e) {
            throw unreadable(state, FunctionFailure.shown(e.element()) + ": ", e.thrown());
        } catch (MillraceException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable thrown) {
            throw unreadable(state, "", thrown);
        }
    }

    private static MillraceException unreadable(State state, String what, Throwable thrown) {
        return new MillraceException(
                ErrorCode.USER_CODE,
                "state '" + state.name() + "' cannot be read from the checkpoint: " + what + Failures.text(thrown)
                        + "; nothing is changed: start with codecs, keys and values that read what was written",
                thrown);
    }

    private int windowEnd(List<LogHandle> chunks, int from) {
        long bytes = 0;
        int until = from;
        while (until < chunks.size() && bytes < threads * WINDOW_BYTES_PER_THREAD) {
            bytes += chunks.get(until).length();
            until++;
        }
        return until;
    }

    private void load(State state, List<LogHandle> chunks, Function<LogHandle, byte[]> read, Phases phases) {
        LoadedChunk[] loaded = new LoadedChunk[chunks.size()];
        phases.run(loaded.length, i -> {
            byte[] chunk = read.apply(chunks.get(i));
            checked(state, () -> loaded[i] = state.prepare(new ByteReader(chunk)));
            progress.accept(chunks.get(i).length());
        });
        int parts = 1;
        for (LoadedChunk chunk : loaded) {
            checked(state, chunk::begin);
            parts = chunk.parts();
        }
        phases.run(parts, part -> {
            for (LoadedChunk chunk : loaded) {
                checked(state, () -> chunk.take(part));
            }
        });
    }

    @Override
    public void close() {
        helpers.shutdown();
    }

    /** Runs numbered tasks on all threads and waits for them. */
    private final class Phases {
        void run(int tasks, IntConsumer task) {
            AtomicInteger next = new AtomicInteger();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Runnable work = () -> {
                try {
                    for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                        try (ForeignCall codecs = ForeignCall.begin()) {
                            task.accept(i);
                        }
                    }
                } catch (Throwable e) {
                    next.set(tasks);
                    failure.compareAndSet(null, e);
                }
            };
            int others = Math.min(threads, tasks) - 1;
            CountDownLatch done = new CountDownLatch(others);
            for (int i = 0; i < others; i++) {
                helpers.execute(() -> {
                    work.run();
                    done.countDown();
                });
            }
            work.run();
            await(done);
            rethrow(failure.get());
        }

        private void await(CountDownLatch done) {
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // what they read must not be half in the state when this returns
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void rethrow(@Nullable Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
