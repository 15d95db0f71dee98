// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.api.StreamClock;
import io.millrace.core.failure.Failures;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on a fixed number of threads, which take them from one queue. A thread that ends a stage goes on with the
 * next one's first task itself, so that a small batch costs one hand-over. A task that fails is tried again after a pause,
 * as {@link TaskPolicy} says. Jobs overlap; their stateful stages begin when those of all jobs before them have ended.
 *
 * <p>Closed, it runs what is queued to its end, which is near, since every job is cancelled; then its threads end.
 */
final class LocalScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(LocalScheduler.class);

    /** How long tasks may take to notice that they are cancelled, and then to notice that they are interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BlockingQueue<Runnable> ready = new LinkedBlockingQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private final TaskPolicy policy;
    private final StreamClock clock;
    private volatile boolean closed;
    private volatile boolean ending;

    /** The jobs that are not over; guarded by itself, and never held while a job's lock is asked for. */
    private final Set<JobRun> jobs = new LinkedHashSet<>();

    /** The jobs in order of submission, from the first whose stateful stages have not ended; guarded by {@link #jobs}. */
    private final Deque<JobRun> stateful = new ArrayDeque<>();

    private final Set<JobRun> passed = new LinkedHashSet<>();

    LocalScheduler(int threads, TaskPolicy policy, StreamClock clock, ThreadFactory factory) {
        this.policy = policy;
        this.clock = clock;
        for (int slot = 0; slot < threads; slot++) {
            Thread thread = factory.newThread(new Worker(slot));
            workers.add(thread);
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
        synchronized (jobs) {
            if (closed) {
                throw new IllegalStateException("the scheduler is closed and takes no job: batch " + job.batchTime()
                        + " of '" + job.programId() + "' is run by the next start");
            }
            jobs.add(run);
            stateful.add(run);
            ready.add(run::start);
        }
        if (!policy.deadline().isZero()) {
            run.endsBy(clock.schedule(policy.deadline(), run::deadlinePassed));
        }
        return run;
    }

    /** Makes a task available to any thread. */
    void enqueue(Runnable task) {
        ready.add(task);
    }

    /** Runs something short after a pause. */
    StreamClock.Cancellable after(Duration pause, Runnable action) {
        return clock.schedule(pause, action);
    }

    /** Whether the stateful stages of all jobs before this one have ended. */
    boolean mayPassStateful(JobRun run) {
        synchronized (jobs) {
            return stateful.peekFirst() == run || !stateful.contains(run);
        }
    }

    /** A job's stateful stages have ended, or all of it; the next one's may begin. */
    void passedStateful(JobRun run, boolean over) {
        JobRun next = null;
        synchronized (jobs) {
            if (over) {
                jobs.remove(run);
            }
            if (stateful.contains(run)) {
                passed.add(run);
            }
            while (!stateful.isEmpty() && passed.remove(stateful.peekFirst())) {
                stateful.removeFirst();
                next = stateful.peekFirst();
            }
        }
        if (next != null) {
            enqueue(next::proceed);
        }
    }

    @Override
    public void close() {
        List<JobRun> left;
        synchronized (jobs) {
            closed = true;
            left = List.copyOf(jobs);
        }
        left.forEach(JobRun::cancel);
        ending = true;
        enqueue(() -> {});
        try {
            join();
            left.forEach(JobRun::interrupt);
            join();
        } catch (InterruptedException e) {
            left.forEach(JobRun::interrupt); // nobody waits any more
            Thread.currentThread().interrupt();
        }
    }

    private void join() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Thread worker : workers) {
            long wait = end - System.nanoTime();
            if (wait > 0 && worker != Thread.currentThread()) {
                TimeUnit.NANOSECONDS.timedJoin(worker, wait);
            }
        }
    }

    private final class Worker implements Runnable {
        private final int slot;

        Worker(int slot) {
            this.slot = slot;
        }

        @Override
        public void run() {
            Slots.set(slot);
            for (Runnable next = next(); next != null; next = next()) {
                try {
                    next.run();
                } catch (VirtualMachineError e) {
                    throw e; // a job may never end, for which somebody waits: the end of the thread is told
                } catch (Throwable e) {
                    Failures.error(LOG, "A thread of the scheduler goes on after a failure", e);
                }
            }
            enqueue(() -> {}); // wakes the next one up
        }

        /** The next thing to do; null when there will be none. */
        private @Nullable Runnable next() {
            while (true) {
                try {
                    return ending ? ready.poll() : ready.take();
                } catch (InterruptedException e) {
                    LOG.debug("A thread of the scheduler was interrupted between two tasks");
                }
            }
        }
    }
}
