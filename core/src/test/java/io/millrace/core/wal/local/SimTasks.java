// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.testkit.ManualClock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A store's background, run on the test's own thread: at once, or when the test says so. */
final class SimTasks extends AbstractExecutorService {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean atOnce = true;
    private boolean down;

    /** A store on a simulated disk whose background runs at once. */
    static LocalWalStore store(LocalWalSettings settings, SimDisk disk, ManualClock clock) {
        return store(settings, disk, clock, new SimTasks());
    }

    static LocalWalStore store(LocalWalSettings settings, SimDisk disk, ManualClock clock, SimTasks tasks) {
        return new LocalWalStore(SimProgram.ROOT, settings, disk, clock, tasks, took -> {});
    }

    /** Tasks wait from now on until {@link #runAll}, or run at once again. */
    void hold(boolean wait) {
        atOnce = !wait;
        if (atOnce) {
            runAll();
        }
    }

    void runAll() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        if (down) {
            throw new RejectedExecutionException("the store is closed");
        }
        if (atOnce) {
            task.run();
        } else {
            waiting.add(task);
        }
    }

    @Override
    public void shutdown() {
        down = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        down = true;
        List<Runnable> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return down;
    }

    @Override
    public boolean isTerminated() {
        return down && waiting.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        runAll();
        return true;
    }
}
