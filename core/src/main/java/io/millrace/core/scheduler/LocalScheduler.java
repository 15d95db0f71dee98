// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.api.StreamClock;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on a fixed number of threads, which take them from one queue. A thread that ends a stage goes on with the
 * next one's first task itself, so that a small batch costs one hand-over. A task that fails is tried again after a pause,
 * as {@link TaskPolicy} says. The engine submits one job at a time, so stateful stages see batches in order.
 */
final class LocalScheduler implements Scheduler {
    private final BlockingQueue<Runnable> ready = new LinkedBlockingQueue<>();
    private final List<Worker> workers = new ArrayList<>();
    private final TaskPolicy policy;
    private final StreamClock clock;
    private volatile boolean closed;

    LocalScheduler(int threads, TaskPolicy policy, StreamClock clock, ThreadFactory factory) {
        this.policy = policy;
        this.clock = clock;
        for (int slot = 0; slot < threads; slot++) {
            Worker worker = new Worker(slot);
            workers.add(worker);
            Thread thread = factory.newThread(worker);
            worker.thread = thread;
            thread.start();
        }
    }

    @Override
    public SchedulerCapabilities capabilities() {
        return new SchedulerCapabilities(workers.size(), true);
    }

    @Override
    public JobHandle submit(Job job, JobListener listener) {
        JobRun run = new JobRun(job, listener, this, policy);
        if (!policy.deadline().isZero()) {
            run.endsBy(clock.schedule(policy.deadline(), run::deadlinePassed));
        }
        ready.add(run::start);
        return run;
    }

    /** Makes a task available to any thread. */
    void enqueue(Runnable task) {
        ready.add(task);
    }

    /** Makes a task available to any thread after a pause. */
    void enqueue(Duration pause, Runnable task) {
        if (pause.isZero()) {
            enqueue(task);
        } else {
            clock.schedule(pause, () -> enqueue(task));
        }
    }

    @Override
    public void close() {
        closed = true;
        workers.forEach(worker -> ready.add(() -> {}));
        for (Worker worker : workers) {
            Thread thread = worker.thread;
            if (thread != null && thread != Thread.currentThread()) {
                try {
                    thread.join(2_000);
                    if (thread.isAlive()) {
                        thread.interrupt();
                        thread.join(2_000);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private final class Worker implements Runnable {
        private final int slot;
        private volatile @Nullable Thread thread;

        Worker(int slot) {
            this.slot = slot;
        }

        @Override
        public void run() {
            Slots.set(slot);
            while (!closed) {
                try {
                    ready.take().run();
                } catch (InterruptedException e) {
                    if (closed) {
                        return;
                    }
                }
            }
        }
    }
}
