// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.internal;

import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of this machine, with a thread for timers that is made by the first of them. */
public final class RealClock implements StreamClock, AutoCloseable {
    /** What the threads of the kit are called, which do not count as leaks. */
    public static final String THREADS = "millrace-kit-";

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, THREADS + "clock");
        thread.setDaemon(true);
        return thread;
    });

    /** A clock. */
    public RealClock() {
        timers.setRemoveOnCancelPolicy(true);
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
        try {
            Future<?> timer = timers.schedule(task, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the context is closed and starts no more timers", e);
        }
    }

    /** How many timers wait for their time. */
    public int pending() {
        return timers.getQueue().size();
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}
