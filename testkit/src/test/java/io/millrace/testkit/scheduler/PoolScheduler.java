// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.TaskContext;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The simplest scheduler there is, a thread for each job and a pool for tasks, as it should be done but for one flaw. */
final class PoolScheduler implements Scheduler {
    private static final int PARALLELISM = 2;

    private final SchedulerFlaw flaw;
    private final PluginContext context;
    private final ExecutorService pool;
    private final BlockingQueue<Integer> slots = new ArrayBlockingQueue<>(PARALLELISM, true, List.of(0, 1));
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();
    private CompletableFuture<Void> stateful = CompletableFuture.completedFuture(null);
    private boolean closed;

    /** What is wrong with it. */
    enum SchedulerFlaw {
        NONE,
        RUNS_A_TASK_TWICE,
        EXCHANGES_IN_ANY_ORDER,
        TELLS_THE_END_TWICE,
        BLOCKS_IN_SUBMIT,
        NAMES_THE_WRONG_PARTITION,
        GOES_ON_AFTER_A_FAILURE,
        RUNS_WHAT_IS_CANCELLED,
        CANCELS_EVERYTHING,
        IGNORES_THE_ORDER_OF_STATE,
        FORGETS_JOBS_AT_THE_CLOSE,
        TAKES_JOBS_WHEN_CLOSED,
        LEAKS_ITS_THREADS
    }

    /** Provides one. */
    record Provider(SchedulerFlaw flaw) implements SchedulerProvider {
        @Override
        public String name() {
            return "pool";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Scheduler create(PluginContext context) {
            return new PoolScheduler(context, flaw);
        }
    }

    PoolScheduler(PluginContext context, SchedulerFlaw flaw) {
        this.context = context;
        this.flaw = flaw;
        this.pool = Executors.newFixedThreadPool(PARALLELISM, context.threads());
    }

    @Override
    public SchedulerCapabilities capabilities() {
        return new SchedulerCapabilities(PARALLELISM, true);
    }

    @Override
    public JobHandle submit(Job job, JobListener listener) {
        Run run;
        synchronized (this) {
            if (closed && flaw != SchedulerFlaw.TAKES_JOBS_WHEN_CLOSED) {
                throw new IllegalStateException("the scheduler is closed");
            }
            run = new Run(job, listener, stateful);
            stateful = run.passed;
            runs.add(run);
        }
        Thread thread = context.threads().newThread(run);
        thread.start();
        if (flaw == SchedulerFlaw.BLOCKS_IN_SUBMIT) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return () -> (flaw == SchedulerFlaw.CANCELS_EVERYTHING ? runs : Set.of(run)).forEach(Run::cancel);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        if (flaw == SchedulerFlaw.LEAKS_ITS_THREADS) {
            return;
        }
        if (flaw != SchedulerFlaw.FORGETS_JOBS_AT_THE_CLOSE) {
            runs.forEach(Run::cancel);
        }
        pool.shutdown();
    }

    private final class Run implements Runnable {
        private final Job job;
        private final JobListener listener;
        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> passed = new CompletableFuture<>();
        private final CompletableFuture<Void> cancelling = new CompletableFuture<>();
        private final List<List<TaskOutput>> outputs = new ArrayList<>();

        Run(Job job, JobListener listener, CompletableFuture<Void> before) {
            this.job = job;
            this.listener = listener;
            this.before = before;
        }

        void cancel() {
            cancelling.complete(null);
        }

        @Override
        public void run() {
            tell(listener::started);
            TaskFailure failure = null;
            for (Stage stage : job.stages()) {
                if (stage.kind() == Stage.Kind.STATEFUL && flaw != SchedulerFlaw.IGNORES_THE_ORDER_OF_STATE) {
                    CompletableFuture.anyOf(before, cancelling).join();
                }
                failure = failure == null ? run(stage) : failure;
            }
            TaskFailure failed = failure;
            for (int i = 0; i < (flaw == SchedulerFlaw.TELLS_THE_END_TWICE ? 2 : 1); i++) {
                tell(() -> {
                    if (failed != null) {
                        listener.failed(failed);
                    } else {
                        listener.succeeded(result());
                    }
                });
            }
            runs.remove(this);
            CompletableFuture<Void> unused = before.whenComplete((done, error) -> passed.complete(null));
        }

        private void tell(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                return; // whatever the listener throws is its own affair
            }
        }

        private JobResult result() {
            List<List<@Nullable Object>> results = new ArrayList<>();
            for (List<TaskOutput> stage : outputs) {
                List<@Nullable Object> ofStage = new ArrayList<>();
                stage.forEach(output -> ofStage.add(output.result()));
                results.add(ofStage);
            }
            return new JobResult(results);
        }

        private @Nullable TaskFailure run(Stage stage) {
            List<CompletableFuture<TaskOutput>> tasks = new ArrayList<>();
            CompletableFuture<TaskFailure> failure = new CompletableFuture<>();
            for (int p = 0; p < stage.partitions(); p++) {
                tasks.add(task(stage, p, failure));
                if (flaw == SchedulerFlaw.RUNS_A_TASK_TWICE && p == 6) {
                    tasks.set(p, task(stage, p, failure));
                }
            }
            List<TaskOutput> done = new ArrayList<>();
            tasks.forEach(task -> done.add(task.join()));
            outputs.add(done);
            return failure.getNow(null);
        }

        private CompletableFuture<TaskOutput> task(Stage stage, int p, CompletableFuture<TaskFailure> failure) {
            CompletableFuture<TaskOutput> done = new CompletableFuture<>();
            Runnable task = () -> {
                int slot = slots.remove();
                try {
                    boolean cancelled = cancelling.isDone() && flaw != SchedulerFlaw.RUNS_WHAT_IS_CANCELLED;
                    boolean failed = failure.isDone() && flaw != SchedulerFlaw.GOES_ON_AFTER_A_FAILURE;
                    if (cancelled || failed) {
                        throw new CancellationException("the job was cancelled");
                    }
                    done.complete(stage.function().run(new Context(stage, p, slot)));
                } catch (Throwable e) {
                    int named = flaw == SchedulerFlaw.NAMES_THE_WRONG_PARTITION ? 0 : p;
                    failure.complete(new TaskFailure(stage.name(), named, 1, e));
                    done.complete(Graph.result(null));
                } finally {
                    slots.add(slot);
                }
            };
            try {
                pool.execute(task);
            } catch (RejectedExecutionException e) {
                if (flaw == SchedulerFlaw.FORGETS_JOBS_AT_THE_CLOSE) {
                    return done;
                }
                failure.complete(new TaskFailure(stage.name(), p, 1, new CancellationException("it was cancelled")));
                done.complete(Graph.result(null));
            }
            return done;
        }

        private final class Context implements TaskContext {
            private final Stage stage;
            private final int partition;
            private final int slot;

            Context(Stage stage, int partition, int slot) {
                this.stage = stage;
                this.partition = partition;
                this.slot = slot;
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
            public List<@Nullable Object> exchanged(int input) {
                List<@Nullable Object> buckets = new ArrayList<>();
                for (TaskOutput output : outputs.get(stage.inputs().get(input))) {
                    @Nullable Object[] addressed = output.exchanges().get(stage.index());
                    if (addressed != null && addressed[partition] != null) {
                        buckets.add(
                                flaw == SchedulerFlaw.EXCHANGES_IN_ANY_ORDER ? 0 : buckets.size(),
                                addressed[partition]);
                    }
                }
                return buckets;
            }

            @Override
            public boolean cancelled() {
                return cancelling.isDone() || Thread.currentThread().isInterrupted();
            }
        }
    }
}
