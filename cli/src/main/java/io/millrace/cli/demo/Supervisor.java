// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.demo.Status.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the engine process while lines are produced and until all of them are counted: shows what it reports,
 * kills it if chaos is wanted, starts it again, and stops it. For one thread.
 */
final class Supervisor {
    /** How many words are shown. */
    static final int TOP_WORDS = 5;

    /** The exit code of a process that a signal ended is this plus the signal's number. */
    private static final int SIGNALLED = 128;

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(75);
    private static final long HIGHEST_DELAY_MICROS = 3_600_000_000L;

    private final EngineSpec spec;
    private final Path engineLog;
    private final Supplier<LineProducer> producers;
    private final Duration producing;
    private final Chaos chaos;
    private final Interrupts interrupts;
    private final Screen screen;
    private final Results results;

    private final Rate producedRate = new Rate();
    private final Rate countedRate = new Rate();
    private final Histogram processingMicros = new Histogram(HIGHEST_DELAY_MICROS, 2);
    private EngineProcess engine;
    private long engineBegin = System.nanoTime();
    private @Nullable LineProducer producer;
    private long begin;
    private long countedAtStart;
    private long batches;
    private int restarts;
    private boolean started;
    private Status.LastBatch lastBatch = new Status.LastBatch(0, 0, 0);
    private EngineReport.@Nullable Failed failed;
    private EngineReport.@Nullable Stopped stopped;

    Supervisor(
            EngineSpec spec,
            Path engineLog,
            EngineProcess engine,
            Supplier<LineProducer> producers,
            Duration producing,
            Chaos chaos,
            Interrupts interrupts,
            Screen screen) {
        this.spec = spec;
        this.engineLog = engineLog;
        this.engine = engine;
        this.producers = producers;
        this.producing = producing;
        this.chaos = chaos;
        this.interrupts = interrupts;
        this.screen = screen;
        this.results = new Results(spec.results());
    }

    /** Runs until the producer is done, whatever it sent is counted or seems stuck, and the engine has stopped. */
    LineProducer run() throws InterruptedException {
        try {
            start();
            LineProducer running = producers.get();
            producer = running;
            begin = System.nanoTime();
            produce(running);
            catchUp(running);
            stop();
            return running;
        } finally {
            if (producer != null) {
                producer.stop();
            }
            if (engine.alive()) {
                engine.kill();
            }
        }
    }

    /** Waits until batches run, so that the display does not begin with a backlog. */
    private void start() throws InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!started) {
            tick(Phase.STARTING);
            if (System.nanoTime() > deadline) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        "the engine process " + engine.pid() + " did not start within " + START_PATIENCE.toSeconds()
                                + " s: see " + engineLog);
            }
        }
    }

    private void produce(LineProducer running) throws InterruptedException {
        while (running.running()) {
            if (interrupts.asked()) {
                running.stop();
            }
            tick(Phase.PRODUCING);
        }
        running.failure()
                .ifPresent(error -> screen.print("producer stopped early: " + error.getMessage()
                        + "; what the broker confirmed until then is verified"));
    }

    /** Waits until everything is counted and every kill has happened; gives up when nothing moves any more. */
    private void catchUp(LineProducer running) throws InterruptedException {
        long lastSeen = -1;
        long lastMove = System.nanoTime();
        while (missing(running) > 0 || (chaos.left() > 0 && !interrupts.asked())) {
            long seen = results.occurrences() + chaos.kills();
            if (seen != lastSeen) {
                lastSeen = seen;
                lastMove = System.nanoTime();
            } else if (System.nanoTime() - lastMove > PATIENCE.toNanos()) {
                screen.print(String.format(
                        Locale.ROOT,
                        "gave up waiting: nothing was counted for %d s, and %,d of %,d lines are missing",
                        PATIENCE.toSeconds(),
                        missing(running),
                        running.confirmed()));
                return;
            }
            tick(Phase.CATCHING_UP);
        }
    }

    private long missing(LineProducer running) {
        return running.confirmed() - results.occurrences();
    }

    private void stop() throws InterruptedException {
        engine.askToStop();
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (!engine.awaitEnd(TICK)) {
            take();
            show(Phase.STOPPING);
            if (System.nanoTime() > deadline) {
                screen.print("the engine did not stop within " + STOP_PATIENCE.toSeconds() + " s and is killed; see "
                        + engineLog);
                engine.kill();
            }
        }
        take();
        show(Phase.DONE);
        failIfBroken();
        if (stopped == null || !stopped.graceful()) {
            screen.print("the engine did not finish everything before it stopped; see " + engineLog);
        }
    }

    private void tick(Phase phase) throws InterruptedException {
        EngineReport report = engine.poll(TICK);
        if (report != null) {
            take(report);
        }
        take();
        if (!engine.alive()) {
            engine.awaitEnd(TICK);
            take();
            failIfBroken();
            boolean killed = engine.exitCode() > SIGNALLED;
            throw new MillraceException(
                    killed ? ErrorCode.EXTERNAL_SYSTEM : ErrorCode.INTERNAL,
                    "the engine process " + engine.pid()
                            + (killed
                                    ? " was killed by signal " + (engine.exitCode() - SIGNALLED) + ", not by the demo"
                                    : " ended by itself with exit code " + engine.exitCode())
                            + "; its last words are in " + engineLog);
        }
        show(phase);
        Duration sinceStart = Duration.ofNanos(System.nanoTime() - engineBegin);
        if (producer != null && chaos.strike(elapsed(), sinceStart, countedSinceStart(producer))) {
            killAndRestart();
        }
    }

    private boolean countedSinceStart(LineProducer running) {
        return results.occurrences() > countedAtStart || (!running.running() && missing(running) <= 0);
    }

    private void killAndRestart() throws InterruptedException {
        long killed = engine.pid();
        engine.kill();
        take();
        countedAtStart = countedNow();
        engine = EngineProcess.start(spec, engineLog);
        engineBegin = System.nanoTime();
        restarts++;
        screen.print(String.format(
                Locale.ROOT,
                "%5.1f s  kill -9 of engine %d (%d of %d) at %,d counted; now %d",
                elapsed().toMillis() / 1e3,
                killed,
                restarts,
                restarts + chaos.left(),
                countedAtStart,
                engine.pid()));
    }

    private void failIfBroken() {
        if (failed != null) {
            throw new MillraceException(ErrorCode.valueOf(failed.code()), failed.message());
        }
    }

    /** Takes every report that is there. */
    private void take() throws InterruptedException {
        for (EngineReport report = engine.poll(Duration.ZERO); report != null; report = engine.poll(Duration.ZERO)) {
            take(report);
        }
    }

    private void take(EngineReport report) {
        if (report instanceof EngineReport.BatchDone batch) {
            batches++;
            if (batch.records() > 0) {
                lastBatch = new Status.LastBatch(batch.records(), batch.schedulingMillis(), batch.processingMillis());
                processingMicros.recordValue(
                        Math.min(HIGHEST_DELAY_MICROS, Math.max(1, Math.round(batch.processingMillis() * 1000))));
            }
        } else if (report instanceof EngineReport.Recovered recovered && restarts > 0) {
            screen.print(String.format(
                    Locale.ROOT,
                    "%5.1f s  engine %d recovered in %d ms: %,d facts, %d blocks, %d batches again",
                    elapsed().toMillis() / 1e3,
                    engine.pid(),
                    recovered.millis(),
                    recovered.facts(),
                    recovered.blocks(),
                    recovered.batches()));
        } else if (report instanceof EngineReport.Trouble trouble) {
            screen.print(String.format(Locale.ROOT, "%5.1f s  %s", elapsed().toMillis() / 1e3, trouble.message()));
        } else if (report instanceof EngineReport.Started) {
            started = true;
        } else if (report instanceof EngineReport.Failed failure) {
            failed = failure;
        } else if (report instanceof EngineReport.Stopped end) {
            stopped = end;
        }
    }

    private void show(Phase phase) {
        long now = System.nanoTime();
        long produced = producer == null ? 0 : producer.confirmed();
        long counted = countedNow();
        screen.show(new Status(
                phase,
                elapsed(),
                producing,
                produced,
                counted,
                producedRate.update(now, produced),
                countedRate.update(now, counted),
                batches,
                lastBatch,
                processingMicros.getValueAtPercentile(99) / 1e3,
                restarts,
                List.copyOf(results.top(TOP_WORDS))));
    }

    private long countedNow() {
        try {
            results.refresh();
            return results.occurrences();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the results in " + spec.results(), e);
        }
    }

    private Duration elapsed() {
        return producer == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begin);
    }
}
