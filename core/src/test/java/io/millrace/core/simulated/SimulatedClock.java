// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock of a process: the simulation's time, and a thread that runs what is due. */
final class SimulatedClock implements StreamClock {
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));
    private long made;

    private record Timer(long due, long number, Runnable task) {}

    SimulatedClock() {
        Thread thread = new Thread(this::run, "timer");
        thread.setDaemon(true);
        thread.start();
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
    public synchronized Cancellable schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(System.nanoTime() + delay.toNanos(), made++, task);
        timers.add(timer);
        notifyAll();
        return () -> cancel(timer);
    }

    private synchronized void cancel(Timer timer) {
        timers.remove(timer);
    }

    private void run() {
        try {
            while (true) {
                next().task.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Timer next() throws InterruptedException {
        while (true) {
            Timer first = timers.peek();
            if (first == null) {
                wait();
            } else if (first.due > System.nanoTime()) {
                wait((first.due - System.nanoTime()) / 1_000_000 + 1);
            } else {
                timers.remove(first);
                return first;
            }
        }
    }
}
