// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.call.Patient;
import io.millrace.core.failure.Failures;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.sink.Claimant;
import io.millrace.core.sink.Claimant.Standing;
import io.millrace.core.sink.Sinks;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what sinks prepared, once its batch is committed: in order, on a thread of its own, again and again until it
 * succeeds or its time is up, in which case the program stops and the next start goes on with it.
 */
final class SinkFinisher implements Patient {
    private static final Logger LOG = LoggerFactory.getLogger(SinkFinisher.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 10_000;
    /** So many outputs may wait before those of later batches are held back. */
    private static final int MOST_WAITING = 64;
    /** So often somebody may write to a target while it is claimed. */
    private static final int MOST_TRIES = 10;

    private final Program program;
    private final long epoch;
    private final Sinks sinks;
    private final TargetCheck targets;
    private final Ledger ledger;
    private final EngineThread engine;
    private final EngineThread thread;
    private final Duration patience;
    private final Watchdog watchdog;
    private final Consumer<Throwable> onFailure;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<String, Standing> standings = Map.of();
    private int waiting;

    SinkFinisher(
            Program program,
            long epoch,
            Sinks sinks,
            TargetCheck targets,
            Ledger ledger,
            EngineThread engine,
            EngineThread thread,
            Watchdog watchdog,
            Consumer<Throwable> onFailure) {
        this.program = program;
        this.epoch = epoch;
        this.sinks = sinks;
        this.targets = targets;
        this.ledger = ledger;
        this.engine = engine;
        this.thread = thread;
        this.patience = program.settings().get(EngineOptions.OUTPUT_FINISH_TIMEOUT);
        this.watchdog = watchdog;
        this.onFailure = onFailure;
    }

    /**
     * Looks whether the targets may be taken over, and changes nothing there. On the engine's thread, before anything is
     * recorded of this start.
     *
     * @return by output, whose claim is replaced, which is to be recorded before {@link #begin}
     * @throws MillraceException if one may not
     */
    Map<String, String> look() {
        standings = standings();
        Map<String, String> over = new TreeMap<>();
        standings.forEach((output, standing) -> standing.over().ifPresent(identity -> over.put(output, identity)));
        return over;
    }

    private Map<String, Standing> standings() {
        boolean promised = program.checkpoint() != null;
        Claimant claimant = targets.claimant(ledger.state(), epoch);
        Map<String, Standing> all = new LinkedHashMap<>();
        targets.found()
                .forEach((output, found) -> all.put(
                        output,
                        promised
                                ? claimant.standing(output, found)
                                : new Standing(found, found.flatMap(SinkClaim::lastBatch), Optional.empty())));
        return all;
    }

    /** Whether there are targets to be taken over. */
    boolean claims() {
        return !standings.isEmpty();
    }

    /** Finishes what earlier starts left, then takes the targets over. On the engine's thread, before any batch. */
    void begin() {
        for (UnfinishedOutput left : ledger.state().unfinished()) {
            OutputPrepared prepared = left.prepared();
            if (!sinks.has(prepared.output())) {
                LOG.warn(
                        "Batch {} of output '{}' is committed and not finished, and the program has no such output now:"
                                + " it is kept until it has",
                        Instant.ofEpochMilli(left.batchTime()),
                        prepared.output());
            } else {
                attempt(() -> finish(left.batchTime(), prepared), "finish what was committed");
                ledger.append(new Fact.OutputFinalized(left.batchTime(), prepared.output()), () -> {});
            }
        }
        for (String output : standings.keySet()) {
            attempt(() -> claim(output), "take over the target of output '" + output + "'");
        }
    }

    private void claim(String output) throws Exception {
        String identity =
                program.checkpoint() == null ? "" : ledger.state().identity(); // no later start goes on from it
        SinkOwner owner = new SinkOwner(program.id(), output, identity, epoch);
        for (int tries = 1; !isClaimed(owner, requireNonNull(standings.get(output))); tries++) {
            if (tries == MOST_TRIES) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        "the target of output '" + output
                                + "' changes whenever it is claimed: another process writes to it;"
                                + " stop that, or give the output a target of its own");
            }
            standings = standings(); // the owner before has committed one more batch, or another process was faster
        }
    }

    private void attempt(Step step, String what) {
        try (Works.Work beginning = watchdog.begin(() -> "starting, which is to " + what)) {
            step.run();
        } catch (MillraceException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "starting was interrupted", e);
        } catch (Exception e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "program '" + program.id() + "' could not " + what + ": " + Failures.text(e),
                    e);
        }
    }

    /** Claims, and looks whether anything was committed until then that the checkpoint does not know. */
    private boolean isClaimed(SinkOwner owner, Standing standing) throws Exception {
        if (!sinks.claim(owner, standing)) {
            return false;
        }
        if (owner.identity().isEmpty()) {
            return true;
        }
        Optional<SinkClaim> now = sinks.look(owner.output());
        Standing own = targets.claimant(ledger.state(), epoch + 1).standing(owner.output(), now);
        return own.lastBatch().equals(now.flatMap(SinkClaim::lastBatch)) || sinks.claim(owner, own);
    }

    /** What is to be finished of a batch that is about to be committed. */
    List<OutputPrepared> prepared(long batchTime, List<String> outputs) {
        return sinks.take(batchTime, outputs);
    }

    /**
     * Finishes a committed batch. On the engine's thread.
     *
     * @param progress run on the engine's thread after each output
     */
    void committed(long batchTime, List<OutputPrepared> prepared, Runnable progress) {
        for (OutputPrepared output : prepared) {
            waiting++;
            thread.execute(() -> {
                if (watchedFinish(batchTime, output)) {
                    engine.execute(() -> {
                        waiting--;
                        ledger.append(new Fact.OutputFinalized(batchTime, output.output()), () -> {});
                        progress.run();
                    });
                }
            });
        }
    }

    /** Whether outputs of further batches may begin. On the engine's thread. */
    boolean keepsUp() {
        return waiting < MOST_WAITING;
    }

    /** Whether everything committed is finished. On the engine's thread. */
    boolean idle() {
        return waiting == 0;
    }

    private boolean watchedFinish(long batchTime, OutputPrepared output) {
        try (Works.Work finishing = watchdog.begin(() -> "output '" + output.output() + "' of batch "
                + Instant.ofEpochMilli(batchTime) + ", which is committed and made visible")) {
            return finishInTime(batchTime, output);
        }
    }

    private boolean finishInTime(long batchTime, OutputPrepared output) {
        long end = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                finish(batchTime, output);
                return true;
            } catch (InterruptedException e) {
                return false;
            } catch (Exception | LinkageError e) {
                if (Failures.isHopeless(e) || System.nanoTime() > end) {
                    onFailure.accept(notFinished(batchTime, output, e));
                    return false;
                }
                Failures.warn(
                        LOG,
                        "Output '{}' of batch {} is committed and not finished yet: {}; it is tried again",
                        output.output(),
                        Instant.ofEpochMilli(batchTime),
                        Failures.text(e));
            }
            if (paused(pause)) {
                return false;
            }
            pause = Math.min(LAST_PAUSE_MILLIS, 2 * pause);
        }
    }

    /** Whether the program ended meanwhile. */
    private boolean paused(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void finish(long batchTime, OutputPrepared output) throws Exception {
        BatchId id = new BatchId(
                program.id(), epoch, Instant.ofEpochMilli(batchTime), program.interval(), output.output(), 0);
        try (ForeignCall sink = ForeignCall.begin()) {
            sinks.finish(id, output.committables());
        }
    }

    private static MillraceException notFinished(long batchTime, OutputPrepared output, Throwable cause) {
        return new MillraceException(
                cause instanceof MillraceException known ? known.code() : ErrorCode.EXTERNAL_SYSTEM,
                "output '" + output.output() + "' of batch " + Instant.ofEpochMilli(batchTime)
                        + " is committed and could not be made visible: " + Failures.text(cause)
                        + "; the next start goes on with it",
                cause);
    }

    /** Finishes what waits if that works at once. */
    @Override
    public void close(Duration patience) {
        closed.countDown();
        thread.close(patience);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
