// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.clock;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.core.failure.Failures;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's clock, and one daemon thread that runs what is due. Delays are measured on {@link System#nanoTime()}, so
 * that setting the host's clock neither hurries nor holds up a timer; a task is due to within a millisecond unless the
 * one before it dawdles. A task that throws is logged. After {@link #close} nothing runs any more.
 */
public final class SystemStreamClock implements StreamClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemStreamClock.class);

    private final ScheduledThreadPoolExecutor timer;
    private final Consumer<Throwable> onBroken;

    /** A clock whose thread is made by {@code threads}. */
    public SystemStreamClock(ThreadFactory threads) {
        this(threads, broken -> {});
    }

    /** A clock that also tells {@code onBroken} of errors of the JVM itself, after which a timer may not go on. */
    public SystemStreamClock(ThreadFactory threads, Consumer<Throwable> onBroken) {
        this.onBroken = onBroken;
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = requireNonNull(threads.newThread(task), "the thread factory made no thread");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        requireNonNull(task, "task is null");
        try {
            ScheduledFuture<?> scheduled = timer.schedule(() -> run(task), nanos(delay), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (VirtualMachineError e) {
            onBroken.accept(e);
        } catch (Throwable e) {
            Failures.error(LOG, "A timer's task failed", e);
        }
    }

    private static long nanos(Duration delay) {
        // what is longer than 292 years may as well never come
        return TimeUnit.NANOSECONDS.convert(delay);
    }
}
