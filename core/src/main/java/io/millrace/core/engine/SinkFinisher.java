// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.failure.Failures;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.sink.Sinks;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what sinks prepared, once its batch is committed: in order, on a thread of its own, again and again until it
 * succeeds or its time is up, in which case the program stops and the next start goes on with it.
 */
final class SinkFinisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkFinisher.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 10_000;
    /** So many outputs may wait before those of later batches are held back. */
    private static final int MOST_WAITING = 64;

    private final Program program;
    private final long epoch;
    private final Sinks sinks;
    private final Ledger ledger;
    private final EngineThread engine;
    private final EngineThread thread;
    private final Duration patience;
    private final Watchdog watchdog;
    private final Consumer<Throwable> onFailure;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int waiting;

    SinkFinisher(
            Program program,
            long epoch,
            Sinks sinks,
            Ledger ledger,
            EngineThread engine,
            EngineThread thread,
            Watchdog watchdog,
            Consumer<Throwable> onFailure) {
        this.program = program;
        this.epoch = epoch;
        this.sinks = sinks;
        this.ledger = ledger;
        this.engine = engine;
        this.thread = thread;
        this.patience = program.settings().get(EngineOptions.OUTPUT_FINISH_TIMEOUT);
        this.watchdog = watchdog;
        this.onFailure = onFailure;
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
        attempt(() -> sinks.claim(ledger.state().lastPlanned()), "take over the targets of its outputs");
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
                    ErrorCode.EXTERNAL_SYSTEM, "program '" + program.id() + "' could not " + what + ": " + e, e);
        }
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
                LOG.warn(
                        "Output '{}' of batch {} is committed and not finished yet: {}; it is tried again",
                        output.output(),
                        Instant.ofEpochMilli(batchTime),
                        e.toString());
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
        sinks.finish(id, output.committables());
    }

    private static MillraceException notFinished(long batchTime, OutputPrepared output, Throwable cause) {
        return new MillraceException(
                cause instanceof MillraceException known ? known.code() : ErrorCode.EXTERNAL_SYSTEM,
                "output '" + output.output() + "' of batch " + Instant.ofEpochMilli(batchTime)
                        + " is committed and could not be made visible: " + cause + "; the next start goes on with it",
                cause);
    }

    /** Finishes what waits if that works at once. */
    @Override
    public void close() {
        closed.countDown();
        thread.close();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
