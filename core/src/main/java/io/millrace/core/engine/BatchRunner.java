// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.source.OffsetRange;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.operator.BatchData;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.FunctionFailure;
import io.millrace.core.operator.Skipped;
import io.millrace.core.plan.CompiledPlan;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches, from tick to commit. A batch is planned (its input becomes a fact), computed by the scheduler, its state
 * written, its outputs called, and committed (one more fact). Computing the next batch overlaps with writing, outputs
 * and commit of the one before, so that both of their facts share a sync; a program without state may compute several at
 * once. Outputs of a batch begin only when the one before is committed. Everything here runs on the engine's thread.
 */
final class BatchRunner {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    private final Program program;
    private final long epoch;
    private final EngineThread engine;
    private final Ledger ledger;
    private final StateWriter stateWriter;
    private final RecoveryLimit recovery;
    private final TaskWatch tasks;
    private final States states;
    private final EventsAhead ahead;
    private final CompiledPlan plan;
    private final Scheduler scheduler;
    private final Inputs inputs;
    private final OutputRunner outputs;
    private final DeadLetters letters;
    private final SinkFinisher finisher;
    private final ListenerBus listeners;
    private final ClockWatch clock;
    private final BatchGrid grid;
    private final Consumer<Throwable> onFailure;
    private final List<Node.Remember> remembered;
    private final Deque<ActiveBatch> active = new ArrayDeque<>();
    private final int mostComputing;
    private int computing;
    private final BatchTimes times;
    private long lastWithInput;
    private boolean firstOfMany;
    private boolean firstOfStart = true;
    private int missedTicks;
    private boolean planning;
    private boolean stopped;
    private @Nullable CompletableFuture<Void> drained;
    /** The last batch before a graceful stop. */
    private long drainTo = Long.MIN_VALUE;

    BatchRunner(
            Program program,
            long epoch,
            EngineThread engine,
            Ledger ledger,
            StateWriter stateWriter,
            RecoveryLimit recovery,
            TaskWatch tasks,
            States states,
            EventsAhead ahead,
            CompiledPlan plan,
            Scheduler scheduler,
            Inputs inputs,
            OutputRunner outputs,
            DeadLetters letters,
            SinkFinisher finisher,
            ListenerBus listeners,
            Consumer<Throwable> onFailure) {
        this.program = program;
        this.epoch = epoch;
        this.engine = engine;
        this.ledger = ledger;
        this.stateWriter = stateWriter;
        this.recovery = recovery;
        this.tasks = tasks;
        this.states = states;
        this.ahead = ahead;
        this.plan = plan;
        this.scheduler = scheduler;
        this.inputs = inputs;
        this.outputs = outputs;
        this.letters = letters;
        this.finisher = finisher;
        this.listeners = listeners;
        this.clock = new ClockWatch(program, listeners);
        this.grid = new BatchGrid(program.interval().toMillis());
        this.onFailure = onFailure;
        this.times = new BatchTimes(
                grid,
                BatchTimes.windows(program.graph().nodes()),
                program.settings().get(EngineOptions.BATCH_MISSED_TICKS) == EngineOptions.MissedTicks.RUN);
        this.mostComputing = program.graph().hasState()
                ? 1
                : Math.toIntExact(program.settings().get(EngineOptions.BATCHES_CONCURRENT));
        this.remembered = program.graph().nodes(Node.Remember.class);
    }

    /**
     * Runs again what was planned and not committed, and takes ticks from now on. What waits already, in the log or at a
     * direct source, makes a batch at once, under the grid time that has passed last: after a downtime nobody wants to
     * wait for the next one. If a direct source has much, a small batch goes before it, under the grid time before that:
     * it is committed while code is still cold and the large one is computed.
     */
    void start() {
        long before = ledger.state().lastCommitted();
        for (PlannedBatch planned : ledger.state().planned().values()) {
            ActiveBatch batch = new ActiveBatch(planned, now());
            batch.pause = downtime(before, planned.batchTime());
            before = planned.batchTime();
            batch.planDurable = true;
            active.add(batch);
            listeners.post(new StreamingEvent.BatchSubmitted(batch.submitted, batch.info()));
        }
        inputs.noteBacklog();
        planning = true;
        lastWithInput = ledger.state().lastPlanned();
        long passed = grid.floor(program.clock().millis());
        if (active.isEmpty() && passed > ledger.state().lastPlanned() && inputs.anythingWaits()) {
            long earlier = passed - program.interval().toMillis();
            if (earlier > ledger.state().lastPlanned() && inputs.moreThanFirstWaits()) {
                firstOfMany = true;
                planAt(earlier);
            }
            planAt(passed);
        }
        advance();
    }

    /** A grid time has come. */
    void tick(long time) {
        if (!planning || stopped) {
            return;
        }
        if (!hasRoom()) {
            missedTicks++;
        } else {
            planAt(time);
        }
    }

    /** Plans the batch of a tick, and before it those that must not be left out, as far as there is room. */
    private void planAt(long tick) {
        clock.check(tick, ledger.state().lastPlanned());
        while (ledger.state().lastPlanned() < tick) {
            if (!hasRoom()) {
                missedTicks++;
                return;
            }
            long last = ledger.state().lastPlanned();
            long time = times.next(last, lastWithInput, tick);
            long skipped = last == Long.MIN_VALUE
                    ? 0
                    : (time - last) / program.interval().toMillis() - 1;
            if (missedTicks > 0 && skipped > 0) {
                int coalesced = (int) Math.min(missedTicks, skipped);
                listeners.post(new StreamingEvent.TicksCoalesced(now(), coalesced, Instant.ofEpochMilli(time)));
            }
            plan(time);
        }
        missedTicks = 0;
    }

    /** One batch is written and committed while others compute, unless too much would have to be replayed. */
    private boolean hasRoom() {
        return active.isEmpty() || (active.size() <= mostComputing && !recovery.reached());
    }

    private void plan(long batchTime) {
        long pause = pause(batchTime);
        Map<String, List<OffsetRange>> ranges = firstOfMany ? inputs.firstRanges() : inputs.ranges();
        firstOfMany = false;
        BatchPlanned fact = new BatchPlanned(
                batchTime,
                inputs.blocks(),
                ranges,
                outputs.names(batchTime),
                program.clock().millis());
        if (!fact.blocks().isEmpty() || !fact.ranges().isEmpty()) {
            lastWithInput = batchTime;
        }
        CompletableFuture<ActiveBatch> planned = new CompletableFuture<>();
        ledger.append(fact, () -> engine.execute(() -> planDurable(planned.join())));
        ActiveBatch batch = new ActiveBatch(plannedBatch(batchTime), now());
        batch.pause = pause;
        planned.complete(batch);
        active.add(batch);
        listeners.post(new StreamingEvent.BatchSubmitted(batch.submitted, batch.info()));
        advance();
    }

    /** By how much less than batch time what is idle ages up to a batch that is planned now. */
    private long pause(long batchTime) {
        long last = ledger.state().lastPlanned();
        boolean first = firstOfStart;
        firstOfStart = false;
        if (first) {
            return downtime(last, batchTime);
        }
        return inputs.backlogLeft() ? batchTime - last : 0;
    }

    /** The time between two batches in which there could have been others. */
    private long downtime(long last, long batchTime) {
        return last == Long.MIN_VALUE
                ? 0
                : Math.max(0, batchTime - last - program.interval().toMillis());
    }

    private PlannedBatch plannedBatch(long batchTime) {
        PlannedBatch planned = ledger.state().planned().get(batchTime);
        if (planned == null) {
            throw new IllegalStateException("batch " + batchTime + " was just planned and is not there");
        }
        return planned;
    }

    private void planDurable(ActiveBatch batch) {
        batch.planDurable = true;
        listeners.post(new StreamingEvent.BatchPlanned(now(), batch.instant()));
        advance();
    }

    /** Does whatever can be done next. */
    private void advance() {
        if (stopped) {
            return;
        }
        for (ActiveBatch batch : active) {
            if (computing < mostComputing && !batch.computing && (batch == active.peek() || !recovery.reached())) {
                compute(batch);
            }
        }
        ActiveBatch first = active.peek();
        if (first != null && first.readyForOutputs() && finisher.keepsUp()) {
            first.outputsBegun = true;
            first.outputsSince = program.clock().nanos();
            states.accumulators().show(first.accumulated);
            remembered.forEach(node -> node.batches().show(first.time()));
            outputs.run(
                    first.time(),
                    first.outputs,
                    () -> letters.prepare(first),
                    outcome -> engine.execute(() -> outputsDone(first, outcome)));
        }
        if (first == null
                && finisher.idle()
                && drained != null
                && ledger.state().lastPlanned() >= drainTo) {
            drained.complete(null);
        }
    }

    private void compute(ActiveBatch batch) {
        computing++;
        batch.computing = true;
        batch.snapshots = stateWriter.snapshotsDue(batch.time());
        BatchParameters parameters = new BatchParameters(
                program.id(),
                epoch,
                program.interval(),
                batch.time(),
                batch.pause,
                ahead.begin(batch.plan),
                states.watermarks().reached(),
                batch.snapshots);
        Job work = new Job(
                program.id(),
                epoch,
                batch.instant(),
                0,
                tasks.stages(
                        batch.instant(),
                        plan.stages(
                                inputs.tasks(
                                        batch.plan, scheduler.capabilities().parallelism()),
                                parameters)));
        tasks.submitted(batch.instant());
        batch.job = scheduler.submit(work, new Scheduler.JobListener() {
            @Override
            public void started() {
                Instant at = now();
                batch.begin(at, program.clock().nanos());
                listeners.post(new StreamingEvent.BatchStarted(at, batch.info()));
            }

            @Override
            public void succeeded(JobResult result) {
                engine.execute(() -> computed(batch, result));
            }

            @Override
            public void failed(TaskFailure failure) {
                engine.execute(() -> taskFailed(batch, failure));
            }
        });
    }

    private void computed(ActiveBatch batch, JobResult result) {
        computing--;
        batch.job = null;
        tasks.over(batch.instant());
        batch.computed(program.clock().nanos());
        Map<Integer, List<List<Object>>> elements = new HashMap<>();
        List<StateChunk> chunks = new ArrayList<>();
        List<Map<String, Long>> accumulated = new ArrayList<>();
        Map<String, Skipped.Elements> skipped = new LinkedHashMap<>();
        List<Map<String, Map<String, Long>>> eventTimes = new ArrayList<>();
        Map<String, Long> eventsAhead = new HashMap<>();
        for (List<@Nullable Object> stage : result.results()) {
            for (Object task : stage) {
                if (task instanceof TaskReport report) {
                    batch.records += report.records();
                    report.outputs()
                            .forEach((output, partition) -> elements.computeIfAbsent(output, o -> new ArrayList<>())
                                    .add(partition));
                    chunks.addAll(report.states());
                    accumulated.add(report.accumulated());
                    eventTimes.add(report.eventTimes());
                    report.ahead().forEach((state, some) -> eventsAhead.merge(state, some, Long::sum));
                    Optional.ofNullable(report.letters()).ifPresent(batch.letters::add);
                    report.skipped().forEach((place, some) -> skipped.merge(place, some, Skipped.Elements::and));
                }
            }
        }
        report(batch, skipped);
        ahead.computed(batch.time(), eventsAhead);
        boolean totals = batch.snapshots.contains(Accumulators.STATE);
        chunks.addAll(states.accumulators().add(batch.time(), accumulated, totals));
        boolean marks = batch.snapshots.contains(Watermarks.STATE);
        chunks.addAll(states.watermarks().add(batch.time(), batch.pause, eventTimes, marks));
        batch.accumulated = states.accumulators().totals();
        batch.outputs = elements;
        remember(batch, elements);
        batch.stateWritten = chunks.isEmpty();
        stateWriter.write(batch.time(), chunks, written -> {
            batch.stateWritten = true;
            batch.states.addAll(written);
            advance();
        });
        advance();
    }

    private void report(ActiveBatch batch, Map<String, Skipped.Elements> skipped) {
        skipped.forEach((place, elements) -> {
            LOG.warn("Batch {} does without {} elements: {}", batch.instant(), elements.count(), elements.example());
            listeners.post(new StreamingEvent.RecordsSkipped(
                    now(), batch.instant(), place, elements.count(), elements.example()));
        });
    }

    private void remember(ActiveBatch batch, Map<Integer, List<List<Object>>> elements) {
        for (Node.Remember node : remembered) {
            if (node.due(batch.time())) {
                BatchId id = new BatchId(program.id(), epoch, batch.instant(), program.interval(), node.label(), 0);
                node.batches().add(batch.time(), new BatchData(id, elements.getOrDefault(node.id(), List.of())));
            }
        }
    }

    private void taskFailed(ActiveBatch batch, TaskFailure failure) {
        computing--;
        batch.job = null;
        tasks.over(batch.instant());
        if (stopped) {
            return; // whatever a task that is given up says
        }
        ErrorCode code = failure.cause() instanceof MillraceException known ? known.code() : ErrorCode.USER_CODE;
        String what = failure.cause() instanceof FunctionFailure function
                ? String.valueOf(function.getMessage())
                : failure.cause().toString();
        String attempts = failure.attempts() == 1 ? "" : " in " + failure.attempts() + " attempts";
        MillraceException error = new MillraceException(
                code,
                "batch " + batch.instant() + " failed" + attempts + " in stage '" + failure.stage() + "', partition "
                        + failure.partition() + ": " + what
                        + "; it is run again, with the same records, by the next start",
                failure.cause());
        batch.failure = error.getMessage();
        batch.completed = now();
        listeners.post(new StreamingEvent.BatchCompleted(batch.completed, batch.info()));
        onFailure.accept(error);
    }

    private void outputsDone(ActiveBatch batch, OutputRunner.Outcome outcome) {
        batch.operations = outcome.operations();
        batch.completed = now();
        batch.failure = outcome.failure().map(Throwable::getMessage).orElse(null);
        batch.step(program.clock().nanos() - batch.outputsSince);
        listeners.post(new StreamingEvent.BatchCompleted(batch.completed, batch.info()));
        if (outcome.failure().isPresent()) {
            onFailure.accept(outcome.failure().get());
        } else if (!stopped) {
            batch.states.addAll(stateWriter.copied());
            List<OutputPrepared> prepared = finisher.prepared(batch.time(), outputs.names(batch.time()));
            ledger.append(
                    new BatchCommitted(batch.time(), 0, batch.records, batch.states, prepared),
                    () -> engine.execute(() -> committed(batch, prepared)));
        }
    }

    private void committed(ActiveBatch batch, List<OutputPrepared> prepared) {
        if (stopped) { // the logs are closing, which is what made it durable; what follows a commit is for the next
            // start
            listeners.post(new StreamingEvent.BatchCommitted(now(), batch.instant(), batch.records));
            return;
        }
        finisher.committed(batch.time(), prepared, this::advance);
        active.remove(batch);
        inputs.committed(batch, batch.took());
        stateWriter.committed(batch.time(), batch.states);
        stateWriter.trim();
        ledger.compact();
        recovery.look();
        letters.committed(batch);
        listeners.post(new StreamingEvent.BatchCommitted(now(), batch.instant(), batch.records));
        if (ledger.state().lastPlanned() < drainTo) {
            planAt(drainTo);
        } else if (missedTicks > 0 && planning && hasRoom()) {
            planAt(grid.floor(program.clock().millis()));
        }
        advance();
    }

    /** Takes no more ticks; plans what is left, and completes when everything is committed. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        engine.execute(() -> {
            planning = false;
            long last = ledger.state().lastPlanned();
            if (!inputs.blocks().isEmpty()) {
                drainTo = Math.max(
                        grid.after(program.clock().millis()), last == Long.MIN_VALUE ? last : grid.after(last));
                planAt(drainTo);
            }
            drained = done;
            advance();
        });
        return done;
    }

    /** Takes no more ticks. */
    void stopPlanning() {
        planning = false;
    }

    /** Gives up what is under way. */
    void stop() {
        planning = false;
        stopped = true;
        for (ActiveBatch batch : active) {
            Optional.ofNullable(batch.job).ifPresent(Scheduler.JobHandle::cancel);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
