// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs each task on a thread of its own. */
final class SimExecutor extends AbstractExecutorService {
    private final ThreadFactory threads;
    private boolean down;
    private int running;

    SimExecutor(ThreadFactory threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        Simulation.current().point();
        if (down) {
            throw new RejectedExecutionException("shut down");
        }
        running++;
        Hooks.start(threads.newThread(() -> {
            try {
                task.run();
            } finally {
                running--;
            }
        }));
    }

    @Override
    public void shutdown() {
        down = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        down = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return down;
    }

    @Override
    public boolean isTerminated() {
        return down && running == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        Simulation simulation = Simulation.current();
        simulation.block(this::isTerminated, simulation.after(unit.toNanos(timeout)));
        return isTerminated();
    }
}
