// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.watch.Conditions;
import io.millrace.spi.scheduler.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batches, from tick to commit. A batch is {@linkplain BatchPlanner planned}, computed by the scheduler, its state
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
    private final Conditions conditions;
    private final BatchPlanner planner;
    private final Consumer<Throwable> onFailure;
    private final Deque<ActiveBatch> active = new ArrayDeque<>();
    private final int mostComputing;
    private final boolean oneByOne;
    private int computing;
    private boolean stopped;
    private @Nullable CompletableFuture<Void> drained;

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
            Conditions conditions,
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
        this.conditions = conditions;
        this.onFailure = onFailure;
        this.planner =
                new BatchPlanner(program, ledger, inputs, outputs, listeners, conditions, new BatchPlanner.Taker() {
                    @Override
                    public boolean hasRoom() {
                        return BatchRunner.this.hasRoom();
                    }

                    @Override
                    public void take(BatchPlanned plan) {
                        BatchRunner.this.take(plan);
                    }
                });
        this.oneByOne = JobsSetting.oneByOne(program.settings());
        this.mostComputing = program.graph().hasState()
                ? 1
                : Math.toIntExact(program.settings().get(EngineOptions.BATCHES_CONCURRENT));
    }

    /** Runs again what was planned and not committed, and takes ticks from now on. */
    void start() {
        long before = ledger.state().lastCommitted();
        for (PlannedBatch planned : ledger.state().planned().values()) {
            long pause = planned.pause() == BatchPlanned.NOT_KNOWN
                    ? planner.downtime(before, planned.batchTime())
                    : planned.pause();
            ActiveBatch batch = new ActiveBatch(planned, pause, jobs.all(), now());
            before = planned.batchTime();
            batch.planDurable = true;
            active.add(batch);
            inputs.tooLarge(planned)
                    .ifPresent(known -> conditions.raise(Conditions.BATCH_LIMIT, subject(batch), Duration.ZERO, known));
            listeners.post(new StreamingEvent.BatchSubmitted(batch.submitted, batch.info()));
        }
        planner.start(active.isEmpty());
        advance();
    }

    private static String subject(ActiveBatch batch) {
        return "batch " + batch.instant();
    }

    /** A grid time has come. */
    void tick(long time) {
        planner.tick(time);
    }

    /** One batch is written and committed while others compute, unless too much would have to be replayed. */
    private boolean hasRoom() {
        return active.isEmpty() || (active.size() <= mostComputing && !recovery.reached());
    }

    private void take(BatchPlanned fact) {
        CompletableFuture<ActiveBatch> planned = new CompletableFuture<>();
        ledger.append(fact, () -> engine.execute(() -> planDurable(planned.join())));
        ActiveBatch batch = new ActiveBatch(plannedBatch(fact.batchTime()), fact.pause(), jobs.all(), now());
        planned.complete(batch);
        active.add(batch);
        listeners.post(new StreamingEvent.BatchSubmitted(batch.submitted, batch.info()));
        advance();
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
        if (first == null && finisher.idle() && drained != null && planner.drained()) {
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
        if (stopped) {
            return; // whatever an output that is given up says
        }
        if (outcome.failure().isPresent()) {
            onFailure.accept(outcome.failure().get());
        } else {
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
        conditions.clear(Conditions.BATCH_LIMIT, subject(batch));
        inputs.committed(batch, batch.took());
        stateWriter.committed(batch.time(), batch.states);
        stateWriter.trim();
        ledger.compact();
        recovery.look();
        letters.committed(batch);
        listeners.post(new StreamingEvent.BatchCommitted(now(), batch.instant(), batch.records));
        planner.goOn();
        advance();
    }

    /** Takes no more ticks; plans what is left, and completes when everything is committed. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        engine.execute(() -> {
            planner.drain();
            drained = done;
            advance();
        });
        return done;
    }

    /** Takes no more ticks. */
    void stopPlanning() {
        planner.stop();
    }

    /** Gives up what is under way. */
    void stop() {
        planner.stop();
        stopped = true;
        for (ActiveBatch batch : active) {
            Optional.ofNullable(batch.running).ifPresent(Scheduler.JobHandle::cancel);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
