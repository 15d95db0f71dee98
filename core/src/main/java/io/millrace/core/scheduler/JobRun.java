// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.api.StreamClock;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.Failures;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.TaskContext;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job under way: which stages are done, what they addressed to whom. Each finished task takes the lock once; the
 * tasks themselves run without it.
 */
final class JobRun implements Scheduler.JobHandle {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

    private final Scheduler.JobListener listener;
    private final LocalScheduler scheduler;
    private final TaskPolicy policy;
    private final Set<Thread> threads = new HashSet<>();
    private final Map<Task, StreamClock.Cancellable> pausing = new HashMap<>();
    private StreamClock.@Nullable Cancellable deadline;
    private final StageRun[] stages;
    private int stagesLeft;
    private int statefulLeft;
    private int tasksRunning;
    private boolean open;
    private boolean reported;
    private boolean passed;
    private @Nullable TaskFailure failure;
    private volatile boolean cancelled;

    JobRun(Job job, Scheduler.JobListener listener, LocalScheduler scheduler, TaskPolicy policy) {
        this.policy = policy;
        this.listener = listener;
        this.scheduler = scheduler;
        this.stages = job.stages().stream().map(StageRun::new).toArray(StageRun[]::new);
        this.stagesLeft = stages.length;
        for (StageRun stage : stages) {
            statefulLeft += stage.isStateful() ? 1 : 0;
        }
    }

    /** Takes the timer that ends the job. */
    synchronized void endsBy(StreamClock.Cancellable timer) {
        deadline = timer;
        if (reported) {
            timer.cancel();
        }
    }

    /** The job has run for too long: its tasks are interrupted, and it fails when they have ended. */
    void deadlinePassed() {
        synchronized (this) {
            if (reported) {
                return;
            }
            if (failure == null) {
                failure = new TaskFailure(
                        nameOfOpenStage(),
                        0,
                        1,
                        new TimeoutException("the job ran for longer than " + policy.deadline()
                                + ": raise scheduler.job.deadline, or give it less to do"));
            }
            giveUp(); // first, or an interrupted task would be tried again, which nobody interrupts
            threads.forEach(Thread::interrupt);
        }
        scheduler.enqueue(this::proceed);
    }

    private String nameOfOpenStage() {
        String name = "";
        for (StageRun stage : stages) {
            if (!stage.done && (stage.begun || name.isEmpty())) {
                name = stage.stage.name();
            }
        }
        return name;
    }

    void start() {
        tell("started", listener::started);
        synchronized (this) {
            open = true;
        }
        proceed();
    }

    /** Begins what can begin by now, or tells that the job is over; on a thread of the scheduler. */
    void proceed() {
        runAll(advance());
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (reported) {
                return;
            }
            giveUp();
        }
        scheduler.enqueue(this::proceed);
    }

    /** No task begins any more; those that wait for another attempt do so in vain. */
    private void giveUp() {
        cancelled = true;
        pausing.forEach((task, timer) -> {
            timer.cancel();
            scheduler.enqueue(() -> runAll(task.run()));
        });
        pausing.clear();
    }

    /** Interrupts the tasks that run. */
    synchronized void interrupt() {
        threads.forEach(Thread::interrupt);
    }

    /** Hands all tasks but the first to other threads and runs the first; goes on with what it makes ready. */
    private void runAll(List<Task> tasks) {
        List<Task> next = tasks;
        while (!next.isEmpty()) {
            for (int i = 1; i < next.size(); i++) {
                Task other = next.get(i);
                scheduler.enqueue(() -> runAll(other.run()));
            }
            next = next.get(0).run();
        }
    }

    /** Finds the stages that can begin; tells the listener when there is nothing left. */
    private List<Task> advance() {
        List<Task> tasks = new ArrayList<>();
        boolean over;
        boolean passes;
        synchronized (this) {
            if (!open || reported) {
                return tasks;
            }
            boolean progress = true;
            while (progress && failure == null && !cancelled) {
                progress = false;
                for (StageRun stage : stages) {
                    if (!stage.begun && stage.canBegin()) {
                        stage.begun = true;
                        progress |= stage.tasksLeft == 0;
                        if (stage.tasksLeft == 0) {
                            stage.end();
                        }
                        for (int p = 0; p < stage.stage.partitions(); p++) {
                            tasks.add(new Task(stage, p));
                        }
                    }
                }
            }
            tasksRunning += tasks.size();
            if (cancelled && failure == null && tasksRunning == 0 && stagesLeft > 0) {
                failure = new TaskFailure(nameOfOpenStage(), 0, 1, new CancellationException("the job was cancelled"));
            }
            over = tasksRunning == 0 && (stagesLeft == 0 || failure != null);
            reported = over;
            passes = over || (statefulLeft == 0 && !passed);
            passed |= passes;
            if (over && deadline != null) {
                deadline.cancel();
            }
        }
        if (over) {
            report();
        }
        if (passes) {
            scheduler.passedStateful(this, over);
        }
        return tasks;
    }

    private void report() {
        TaskFailure failed = failure;
        if (failed != null) {
            tell("failed", () -> listener.failed(failed));
        } else {
            List<List<@Nullable Object>> results = new ArrayList<>();
            for (StageRun stage : stages) {
                results.add(Collections.unmodifiableList(Arrays.asList(stage.results)));
            }
            tell("succeeded", () -> listener.succeeded(new JobResult(results)));
        }
    }

    /** Whatever the listener throws is its own affair, unless it could not be told. */
    private static void tell(String what, Runnable call) {
        try {
            call.run();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            Failures.error(LOG, "Who submitted a job failed when told that it {}", what, e);
        }
    }

    private synchronized void begun() {
        threads.add(Thread.currentThread());
    }

    /** Whether a task that failed is tried again, after a pause; it stays counted as running. */
    private synchronized boolean triesAgain(Task task, @Nullable Throwable error) {
        threads.remove(Thread.currentThread());
        Thread.interrupted(); // meant for the task, if it was
        ForeignCall.taskEnds();
        if (error == null || cancelled || !policy.triesAgain(task.failures, error)) {
            return false;
        }
        Failures.warn(
                LOG,
                "Stage '{}', partition {} failed {} of {} times and is tried again: {}",
                task.stage.stage.name(),
                task.partition,
                task.failures,
                policy.maxFailures(),
                Failures.text(error));
        Duration pause = policy.pause(task.failures);
        if (pause.isZero()) {
            scheduler.enqueue(() -> runAll(task.run()));
        } else {
            pausing.put(task, scheduler.after(pause, () -> pauseEnded(task)));
        }
        return true;
    }

    private void pauseEnded(Task task) {
        boolean still;
        synchronized (this) {
            still = pausing.remove(task) != null;
        }
        if (still) {
            scheduler.enqueue(() -> runAll(task.run()));
        }
    }

    private synchronized void finished(Task task, @Nullable TaskOutput output, @Nullable Throwable error) {
        tasksRunning--;
        if (output == null) {
            giveUp();
            if (failure == null) {
                failure = new TaskFailure(
                        task.stage.stage.name(),
                        task.partition,
                        Math.max(1, task.failures),
                        error == null ? new CancellationException("the job was cancelled") : error);
            }
            return;
        }
        task.stage.outputs[task.partition] = output;
        task.stage.results[task.partition] = output.result();
        if (--task.stage.tasksLeft == 0) {
            task.stage.end();
        }
    }

    private final class StageRun {
        private final Stage stage;
        private final @Nullable TaskOutput[] outputs;
        private final @Nullable Object[] results;
        private int tasksLeft;
        private boolean begun;
        private boolean done;

        StageRun(Stage stage) {
            this.stage = stage;
            this.tasksLeft = stage.partitions();
            this.outputs = new @Nullable TaskOutput[stage.partitions()];
            this.results = new @Nullable Object[stage.partitions()];
        }

        boolean isStateful() {
            return stage.kind() == Stage.Kind.STATEFUL;
        }

        boolean canBegin() {
            for (int input : stage.inputs()) {
                if (!stages[input].done) {
                    return false;
                }
            }
            return !isStateful() || scheduler.mayPassStateful(JobRun.this);
        }

        void end() {
            done = true;
            stagesLeft--;
            statefulLeft -= isStateful() ? 1 : 0;
        }
    }

    private final class Task implements TaskContext {
        private final StageRun stage;
        private final int partition;
        private int slot;
        private int failures;

        Task(StageRun stage, int partition) {
            this.stage = stage;
            this.partition = partition;
        }

        /** Runs it and returns what can run next. */
        List<Task> run() {
            slot = Slots.current();
            TaskOutput output = null;
            Throwable error = null;
            begun();
            ForeignCall.taskBegins(() -> cancelled);
            try (ForeignCall function = ForeignCall.begin()) {
                if (!cancelled) {
                    output = stage.stage.function().run(this);
                }
            } catch (Throwable thrown) {
                failures++;
                error = thrown;
            }
            if (triesAgain(this, error)) {
                return List.of();
            }
            finished(this, output, error);
            return advance();
        }

        @Override
        public int partition() {
            return partition;
        }

        @Override
        public int slot() {
            return slot;
        }

        @Override
        public int attempt() {
            return failures;
        }

        @Override
        public List<@Nullable Object> exchanged(int input) {
            StageRun from = stages[stage.stage.inputs().get(input)];
            List<@Nullable Object> buckets = new ArrayList<>(from.outputs.length);
            for (TaskOutput output : from.outputs) {
                @Nullable
                Object[] addressed = output == null ? null : output.exchanges().get(stage.stage.index());
                if (addressed != null && addressed[partition] != null) {
                    buckets.add(addressed[partition]);
                }
            }
            return buckets;
        }

        @Override
        public boolean cancelled() {
            return cancelled; // a flag is set by the engine after that only, and by a function for whatever reason
        }
    }
}
