// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.source.OffsetRange;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.listener.ListenerBus;
import io.millrace.spi.scheduler.Scheduler;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batches, from tick to commit. A batch is planned (its input becomes a fact), computed by the scheduler, its state
 * written, its outputs called, and committed (one more fact). Computing the next batch overlaps with writing, outputs
 * and commit of the one before, so that both of their facts share a sync; a program without state may compute several at
 * once. Outputs of a batch begin only when the one before is committed. If outputs are to be seen by operators, a batch
 * has a job for each output, and nothing overlaps. Everything here runs on the engine's thread.
 */
final class BatchRunner {
    private final Program program;
    private final EngineThread engine;
    private final Ledger ledger;
    private final StateWriter stateWriter;
    private final RecoveryLimit recovery;
    private final BatchJobs jobs;
    private final Inputs inputs;
    private final OutputRunner outputs;
    private final DeadLetters letters;
    private final SinkFinisher finisher;
    private final ListenerBus listeners;
    private final ClockWatch clock;
    private final BatchGrid grid;
    private final Consumer<Throwable> onFailure;
    private final Deque<ActiveBatch> active = new ArrayDeque<>();
    private final int mostComputing;
    private final boolean oneByOne;
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
            EngineThread engine,
            Ledger ledger,
            StateWriter stateWriter,
            RecoveryLimit recovery,
            BatchJobs jobs,
            Inputs inputs,
            OutputRunner outputs,
            DeadLetters letters,
            SinkFinisher finisher,
            ListenerBus listeners,
            Consumer<Throwable> onFailure) {
        this.program = program;
        this.engine = engine;
        this.ledger = ledger;
        this.stateWriter = stateWriter;
        this.recovery = recovery;
        this.jobs = jobs;
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
        this.oneByOne = JobsSetting.oneByOne(program.settings());
        this.mostComputing = program.graph().hasState()
                ? 1
                : Math.toIntExact(program.settings().get(EngineOptions.BATCHES_CONCURRENT));
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
            ActiveBatch batch = new ActiveBatch(planned, jobs.all(), now());
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
        ActiveBatch batch = new ActiveBatch(plannedBatch(batchTime), jobs.all(), now());
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
            boolean may = batch == active.peek() || !(oneByOne || recovery.reached());
            if (computing < mostComputing && !batch.computing && may) {
                compute(batch);
            }
        }
        ActiveBatch first = active.peek();
        if (first != null && first.readyForOutputs() && finisher.keepsUp()) {
            first.outputsBegun = true;
            first.outputsSince = program.clock().nanos();
            jobs.show(first);
            outputs.run(
                    first.time(),
                    first.job().outputs(),
                    first.outputs,
                    first.hasNextJob() ? () -> {} : () -> letters.prepare(first),
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
        jobs.run(batch, new BatchJobs.Ended() {
            @Override
            public void computed() {
                computing--;
                advance();
            }

            @Override
            public void written() {
                advance();
            }

            @Override
            public void failed(MillraceException failure) {
                computing--;
                if (!stopped) { // else whatever a task says that is given up
                    batch.failure = failure.getMessage();
                    batch.completed = now();
                    listeners.post(new StreamingEvent.BatchCompleted(batch.completed, batch.info()));
                    onFailure.accept(failure);
                }
            }
        });
    }

    private void outputsDone(ActiveBatch batch, OutputRunner.Outcome outcome) {
        batch.operations.addAll(outcome.operations());
        batch.outputsDone(program.clock().nanos());
        if (outcome.failure().isEmpty() && batch.hasNextJob()) {
            batch.nextJob();
            advance();
            return;
        }
        batch.completed = now();
        batch.failure = outcome.failure().map(Throwable::getMessage).orElse(null);
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
            Optional.ofNullable(batch.running).ifPresent(Scheduler.JobHandle::cancel);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
