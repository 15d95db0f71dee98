// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.clock;

import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A clock that stands still until a test moves it. What falls due runs on the thread that moves it, in order. */
public final class ManualClock implements StreamClock {
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));

    private long nanos;
    private long number;

    @Override
    public synchronized long millis() {
        return nanos / 1_000_000;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Cancellable schedule(Duration delay, Runnable task) {
        AtomicBoolean done = new AtomicBoolean();
        Timer timer = new Timer(nanos + Math.max(0, delay.toNanos()), number++, () -> {
            if (done.compareAndSet(false, true)) {
                task.run();
            }
        });
        timers.add(timer);
        return () -> {
            done.set(true);
            synchronized (this) {
                timers.remove(timer);
            }
        };
    }

    /** Moves time on, stopping at every timer on the way. */
    public void advance(Duration by) {
        long target = nanos() + by.toNanos();
        for (Timer next = due(target); next != null; next = due(target)) {
            next.task.run();
        }
        synchronized (this) {
            nanos = target;
        }
    }

    /** How many timers are waiting. */
    public synchronized int pending() {
        return timers.size();
    }

    private synchronized Timer due(long target) {
        Timer first = timers.peek();
        if (first == null || first.due > target) {
            return null;
        }
        timers.remove();
        nanos = Math.max(nanos, first.due);
        return first;
    }

    private record Timer(long due, long number, Runnable task) {}
}
