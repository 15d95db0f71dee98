// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit;

import io.millrace.api.StreamClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. Tasks that become due run on the thread that moves it, in the order
 * of their times (and of their scheduling, if these are equal), each at its own time; what they schedule runs too, if it
 * becomes due. Thread-safe.
 *
 * @since 0.1
 */
public final class ManualClock implements StreamClock {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.due).thenComparingLong(task -> task.number));
    private long nanos;
    private long millisAtZero;
    private long scheduled;

    private static final class Task {
        final long due;
        final long number;
        final Runnable action;

        Task(long due, long number, Runnable action) {
            this.due = due;
            this.number = number;
            this.action = action;
        }
    }

    /** A clock that says that it is 2000-01-01T00:00:00Z. */
    public ManualClock() {
        this(Instant.parse("2000-01-01T00:00:00Z"));
    }

    /** A clock that says that it is {@code now}. */
    public ManualClock(Instant now) {
        this.millisAtZero = now.toEpochMilli();
    }

    @Override
    public synchronized long millis() {
        return millisAtZero + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Cancellable schedule(Duration delay, Runnable action) {
        long ahead = Math.min(Long.MAX_VALUE - nanos, Math.max(0, TimeUnit.NANOSECONDS.convert(delay)));
        Task task = new Task(nanos + ahead, scheduled++, action);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Moves the clock forward and runs what becomes due on the way. Returns when all of it has run. */
    public void advance(Duration by) {
        long target;
        synchronized (this) {
            target = nanos + by.toNanos();
        }
        Task due = nextDue(target);
        while (due != null) {
            due.action.run();
            due = nextDue(target);
        }
    }

    /** Takes the next task that is due by {@code target} and moves the clock to its time; null at the end. */
    private synchronized @Nullable Task nextDue(long target) {
        Task next = tasks.peek();
        if (next == null || next.due > target) {
            nanos = Math.max(nanos, target);
            return null;
        }
        nanos = Math.max(nanos, next.due);
        return tasks.poll();
    }

    /** Sets the date, forward or back, as an operator would; nothing becomes due by it. */
    public synchronized void setTime(Instant now) {
        millisAtZero = now.toEpochMilli() - TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** How many tasks wait for their time. */
    public synchronized int pending() {
        return tasks.size();
    }
}
