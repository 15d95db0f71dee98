// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Node;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.operator.BatchData;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.FunctionFailure;
import io.millrace.core.operator.Skipped;
import io.millrace.core.plan.CompiledPlan;
import io.millrace.core.plan.JobPlan;
import io.millrace.core.plan.TaskReport;
import io.millrace.core.state.Accumulators;
import io.millrace.core.state.StateChunk;
import io.millrace.core.state.States;
import io.millrace.core.state.Watermarks;
import io.millrace.core.watch.TaskWatch;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.TaskFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of batches: gives them to the scheduler, and takes what their tasks report into the batch and into the
 * state log. When and in which order, {@link BatchRunner} decides. Used by the engine's thread.
 */
final class BatchJobs {
    private static final Logger LOG = LoggerFactory.getLogger(BatchJobs.class);

    private final Program program;
    private final long epoch;
    private final EngineThread engine;
    private final StateWriter stateWriter;
    private final TaskWatch tasks;
    private final States states;
    private final EventsAhead ahead;
    private final CompiledPlan plan;
    private final Scheduler scheduler;
    private final Inputs inputs;
    private final ListenerBus listeners;
    private final List<Node.Remember> remembered;

    BatchJobs(
            Program program,
            long epoch,
            EngineThread engine,
            StateWriter stateWriter,
            TaskWatch tasks,
            States states,
            EventsAhead ahead,
            CompiledPlan plan,
            Scheduler scheduler,
            Inputs inputs,
            ListenerBus listeners) {
        this.program = program;
        this.epoch = epoch;
        this.engine = engine;
        this.stateWriter = stateWriter;
        this.tasks = tasks;
        this.states = states;
        this.ahead = ahead;
        this.plan = plan;
        this.scheduler = scheduler;
        this.inputs = inputs;
        this.listeners = listeners;
        this.remembered = program.graph().nodes(Node.Remember.class);
    }

    /** What a job is told to when it has ended, on the engine's thread. */
    interface Ended {
        /** It has run; what it wrote is on its way to the state log. */
        void computed();

        /** It has failed. */
        void failed(MillraceException failure);

        /** What it wrote is durable. */
        void written();
    }

    /** The jobs of each batch, in order. */
    List<JobPlan> all() {
        return plan.jobs();
    }

    /** Runs the job that a batch is at. */
    void run(ActiveBatch batch, Ended ended) {
        BatchParameters parameters = parameters(batch);
        if (batch.job().isEmpty()) {
            computed(batch, List.of(), ended);
            return;
        }
        int parallelism = scheduler.capabilities().parallelism();
        Job work = new Job(
                program.id(),
                epoch,
                batch.instant(),
                0,
                tasks.stages(
                        batch.instant(),
                        batch.job().stages(inputs.tasks(batch.plan, parallelism), batch.held, parameters)));
        tasks.submitted(batch.instant());
        batch.running = scheduler.submit(work, new Scheduler.JobListener() {
            @Override
            public void started() {
                Instant at = now();
                if (batch.begin(at, program.clock().nanos())) {
                    listeners.post(new StreamingEvent.BatchStarted(at, batch.info()));
                }
            }

            @Override
            public void succeeded(JobResult result) {
                engine.execute(() -> {
                    over(batch);
                    computed(batch, result.results(), ended);
                });
            }

            @Override
            public void failed(TaskFailure failure) {
                engine.execute(() -> {
                    over(batch);
                    ended.failed(error(batch, failure));
                });
            }
        });
    }

    private void over(ActiveBatch batch) {
        batch.running = null;
        tasks.over(batch.instant());
    }

    /** What all jobs of a batch are told. */
    private BatchParameters parameters(ActiveBatch batch) {
        BatchParameters known = batch.parameters;
        if (known == null) {
            known = new BatchParameters(
                    program.id(),
                    epoch,
                    program.interval(),
                    batch.time(),
                    batch.pause,
                    ahead.begin(batch.plan),
                    states.watermarks().reached(),
                    stateWriter.snapshotsDue(batch.time()));
            batch.parameters = known;
        }
        return known;
    }

    private void computed(ActiveBatch batch, List<List<@Nullable Object>> results, Ended ended) {
        batch.computed(program.clock().nanos());
        List<StateChunk> chunks = new ArrayList<>();
        Map<String, Skipped.Elements> skipped = new LinkedHashMap<>();
        for (List<@Nullable Object> stage : results) {
            for (Object task : stage) {
                if (task instanceof TaskReport report) {
                    batch.records += report.records();
                    report.outputs()
                            .forEach((output, partition) -> batch.outputs
                                    .computeIfAbsent(output, o -> new ArrayList<>())
                                    .add(partition));
                    report.held()
                            .forEach((node, held) -> batch.held
                                    .computeIfAbsent(node, n -> new ArrayList<>())
                                    .add(held));
                    chunks.addAll(report.states());
                    states.accumulators().add(report.accumulated());
                    batch.eventTimes.add(report.eventTimes());
                    report.ahead().forEach((state, some) -> batch.eventsAhead.merge(state, some, Long::sum));
                    Optional.ofNullable(report.letters()).ifPresent(batch.letters::add);
                    report.skipped().forEach((place, some) -> skipped.merge(place, some, Skipped.Elements::and));
                }
            }
        }
        report(batch, skipped);
        if (!batch.hasNextJob()) {
            chunks.addAll(ofAllJobs(batch));
        }
        batch.accumulated = states.accumulators().totals();
        remember(batch);
        batch.stateWritten = chunks.isEmpty();
        stateWriter.write(batch.time(), chunks, written -> {
            batch.stateWritten = true;
            batch.states.addAll(written);
            ended.written();
        });
        ended.computed();
    }

    private List<StateChunk> ofAllJobs(ActiveBatch batch) {
        BatchParameters parameters = parameters(batch);
        ahead.computed(batch.time(), batch.eventsAhead);
        boolean totals = parameters.snapshots().contains(Accumulators.STATE);
        List<StateChunk> chunks = new ArrayList<>(states.accumulators().written(batch.time(), totals));
        boolean marks = parameters.snapshots().contains(Watermarks.STATE);
        chunks.addAll(states.watermarks().add(batch.time(), batch.pause, batch.eventTimes, marks));
        return chunks;
    }

    private void report(ActiveBatch batch, Map<String, Skipped.Elements> skipped) {
        skipped.forEach((place, elements) -> {
            LOG.warn(
                    "Batch {} does without {} elements: {}",
                    batch.instant(),
                    elements.count(),
                    PlainText.of(elements.example()));
            listeners.post(new StreamingEvent.RecordsSkipped(
                    now(), batch.instant(), place, elements.count(), elements.example()));
        });
    }

    private void remember(ActiveBatch batch) {
        for (Node.Remember node : remembered) {
            if (node.due(batch.time()) && batch.job().computes(node)) {
                BatchId id = new BatchId(program.id(), epoch, batch.instant(), program.interval(), node.label(), 0);
                node.batches().add(batch.time(), new BatchData(id, batch.outputs.getOrDefault(node.id(), List.of())));
            }
        }
    }

    /** Outputs of a batch are called from now on: they see what it added and remembers, and nothing of later batches. */
    void show(ActiveBatch batch) {
        states.accumulators().show(batch.accumulated);
        remembered.forEach(node -> node.batches().show(batch.time()));
    }

    private static MillraceException error(ActiveBatch batch, TaskFailure failure) {
        ErrorCode code = failure.cause() instanceof MillraceException known ? known.code() : ErrorCode.USER_CODE;
        String what = failure.cause() instanceof FunctionFailure function
                ? Failures.message(function)
                : Failures.text(failure.cause());
        String remedy = failure.cause() instanceof FunctionFailure function ? ", " + function.remedy() : "";
        String attempts = failure.attempts() == 1 ? "" : " in " + failure.attempts() + " attempts";
        return new MillraceException(
                code,
                "batch " + batch.instant() + " failed" + attempts + " in stage '" + failure.stage() + "', partition "
                        + failure.partition() + ": " + what + memory(batch, failure.cause())
                        + "; it is run again, with the same records, by the next start" + remedy,
                failure.cause());
    }

    /** What a batch that does not fit needs. */
    private static String memory(ActiveBatch batch, Throwable cause) {
        return Failures.isOutOfMemory(cause)
                ? "; its blocks have " + Inputs.bytes(batch.plan) + " bytes, and the heap has "
                        + Runtime.getRuntime().maxMemory()
                        + ": give it more (-Xmx), or collect and hold less of a batch"
                : "";
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
