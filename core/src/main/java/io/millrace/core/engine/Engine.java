// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.checkpoint.Savepoint;
import io.millrace.core.failure.Failures;
import io.millrace.core.failure.Frames;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.receiver.ReceiverSupervisor;
import io.millrace.core.state.StateLog;
import io.millrace.core.state.States;
import io.millrace.core.watch.Conditions;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import io.millrace.spi.plugin.Causes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program that runs: made by {@link #open}, started once, stopped once. */
public final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    /** How long closing waits for what does not return: when there is time, and when a deadline has passed. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration HURRY = Duration.ofMillis(800);

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private final Program program;
    private final Resources resources;
    private final EngineThread thread;
    private final Logs logs;
    private final Ledger ledger;
    private final States states;
    private final ReceiverInputs receivers;
    private final Inputs inputs;
    private final BatchRunner batches;
    private final SinkFinisher finisher;
    private final ListenerBus listeners;
    private final Watchdog watchdog;
    private final BatchTimer timer;

    Engine(
            Program program,
            Resources resources,
            EngineThread thread,
            Logs logs,
            Ledger ledger,
            States states,
            ReceiverInputs receivers,
            Inputs inputs,
            BatchRunner batches,
            SinkFinisher finisher,
            ListenerBus listeners,
            Watchdog watchdog) {
        this.program = program;
        this.resources = resources;
        this.thread = thread;
        this.logs = logs;
        this.ledger = ledger;
        this.states = states;
        this.receivers = receivers;
        this.inputs = inputs;
        this.batches = batches;
        this.finisher = finisher;
        this.listeners = listeners;
        this.watchdog = watchdog;
        this.timer = new BatchTimer(
                program.clock(),
                new BatchGrid(program.interval().toMillis()),
                time -> thread.execute(() -> batches.tick(time)),
                program.onFailure());
    }

    /**
     * Opens everything that the program needs, recovers what its ledger holds, and puts it together.
     *
     * @throws MillraceException saying what could not be opened; everything else is closed again
     */
    public static Engine open(Program program, @Nullable Path plugins, ListenerBus listeners) {
        Resources resources = new Resources();
        boolean opened = false;
        try {
            Conditions conditions = new Conditions(program.id(), program.clock(), listeners::post);
            Watchdog watchdog = watchdog(program, resources, listeners, conditions);
            ProviderRegistry providers = resources.add("plugins", program.providers(plugins));
            Map<Node.Source, DirectOpening> openings = DirectOpening.beginAll(program, providers, resources, watchdog);
            // Made in the order in which they need each other, so that the first that fails ends it: a production stage
            // would go on and open what is left.
            Engine engine = Guice.createInjector(
                            Stage.DEVELOPMENT,
                            new EngineModule(program, providers, openings, resources, listeners, conditions, watchdog))
                    .getInstance(Engine.class);
            opened = true;
            return engine;
        } catch (CreationException | ProvisionException e) {
            throw cause(e);
        } finally {
            if (!opened) {
                resources.close();
            }
        }
    }

    /** Looks at everything that is opened from now on, until the last of it is closed. */
    private static Watchdog watchdog(
            Program program, Resources resources, ListenerBus listeners, Conditions conditions) {
        Watchdog watchdog = new Watchdog(
                program.settings().get(EngineOptions.WATCHDOG_STUCK_AFTER),
                program.clock(),
                program.threads("watchdog"),
                conditions);
        resources.add("watchdog", watchdog);
        resources
                .add("watchdog's meters", new MicrometerMetrics(program.meters(), program.id(), "watchdog"))
                .gauge("stuck", conditions, held -> held.count(Conditions.STUCK));
        watchdog.watch(resources);
        watchdog.watch(listeners);
        watchdog.start();
        return watchdog;
    }

    private static MillraceException cause(RuntimeException wiring) {
        Optional<MillraceException> known = Causes.first(wiring, MillraceException.class);
        Throwable cause = known.isPresent() ? known.get() : Causes.deepest(wiring);
        Frames.trim(cause);
        return known.isPresent()
                ? known.get()
                : new MillraceException(
                        ErrorCode.INTERNAL, "the engine could not be put together: " + Failures.text(cause), cause);
    }

    private void awaitLedger() {
        try {
            ledger.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "starting was interrupted", e);
        }
    }

    /** Starts batches and receivers. */
    public void start() {
        long interval = program.interval().toMillis();
        run(() -> {
            Map<String, String> over = finisher.look();
            ledger.append(
                    new Fact.Started(
                            program.id(),
                            logs.epoch(),
                            interval,
                            program.clock().millis(),
                            identity(),
                            states.names(),
                            over),
                    () -> {});
            if (finisher.claims()) {
                awaitLedger(); // no target knows of a claim that the ledger does not
            }
            finisher.begin();
            List<Fact.Gap> gaps = inputs.begin(program.clock().millis());
            if (!gaps.isEmpty()) {
                awaitLedger(); // a batch that has become less must not be seen before that is a fact
            }
            long first = new BatchGrid(interval).after(program.clock().millis());
            listeners.post(new StreamingEvent.StreamingStarted(
                    now(), program.id(), logs.epoch(), Instant.ofEpochMilli(first)));
            gaps.forEach(gap -> Gaps.report(gap, program.clock(), listeners));
            batches.start();
        });
        timer.start();
        receivers.supervisors().forEach(ReceiverSupervisor::start);
        LOG.info(
                "Program '{}' is started: epoch {}, interval {} ms, logs in {}",
                program.id(),
                logs.epoch(),
                interval,
                logs.place());
    }

    /** That of the checkpoint; a new one if it has none. */
    private String identity() {
        String known = ledger.state().identity();
        return known.isEmpty() ? UUID.randomUUID().toString() : known;
    }

    /**
     * Processes everything that was received, and closes: sources pause, blocks are flushed and made durable, sources
     * are told for the last time and close, the last batch is planned, batches run and commit, the ledger says so.
     *
     * @param savepoint where to write what the program would go on from; null for nowhere
     * @return whether all of that was done by the deadline; if not, the next start does the rest
     * @throws MillraceException if the savepoint could not be written; everything is closed then
     */
    public boolean stopGracefully(Duration deadline, @Nullable Path savepoint) {
        long end = System.nanoTime() + deadline.toNanos();
        boolean complete;
        MillraceException unwritten = null;
        try {
            timer.close();
            List<CompletableFuture<?>> flushed = new ArrayList<>();
            receivers.supervisors().forEach(supervisor -> flushed.add(supervisor.drain(left(end))));
            await(
                    "for receivers to hand over",
                    CompletableFuture.allOf(flushed.toArray(CompletableFuture[]::new)),
                    end);
            await("for blocks to be durable", receivers.quiet(), end);
            await("for receivers to tell their sources for the last time and to stop", stopReceivers(left(end)), end);
            await("for batches to commit", batches.drain(), end);
            Image image = await("for the ledger's last fact", closedFact(), end);
            if (savepoint != null) {
                unwritten = write(image, savepoint);
            }
            complete = true;
        } catch (TimeoutException e) {
            LOG.warn(
                    "Program '{}' did not finish within {} ms, it still waited {}{}: what was received is durable, the next"
                            + " start goes on with it",
                    program.id(),
                    deadline.toMillis(),
                    e.getMessage(),
                    callsIntoReceivers());
            complete = false;
        } catch (ExecutionException e) {
            Failures.warn(LOG, "Program '{}' could not finish: {}", program.id(), Failures.text(e.getCause()));
            complete = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            complete = false;
        }
        Duration left = left(end);
        close(complete, Optional.empty(), complete && left.compareTo(HURRY) > 0 ? min(left, PATIENCE) : HURRY);
        if (unwritten != null) {
            throw unwritten;
        }
        return complete;
    }

    /** Which receivers are in a call that has not returned, and where. */
    private String callsIntoReceivers() {
        StringBuilder calls = new StringBuilder();
        receivers
                .supervisors()
                .forEach(supervisor -> supervisor.look(call -> {
                    Thread on = call.thread();
                    StackTraceElement[] stack = on == null ? new StackTraceElement[0] : on.getStackTrace();
                    calls.append(" (").append(call.subject());
                    calls.append(stack.length == 0 ? ")" : ", stands at " + stack[0] + ")");
                }));
        return calls.toString();
    }

    /** Returns why it could not. */
    private @Nullable MillraceException write(Image image, Path savepoint) {
        try {
            Savepoint.write(
                    image,
                    handle -> logs.state().read(handle, StateLog.ENTRY_TYPE),
                    handle -> logs.data().read(handle, SealedBlock.ENTRY_TYPE),
                    savepoint,
                    logs.encryption());
            LOG.info("Program '{}' wrote the savepoint {}", program.id(), savepoint);
            return null;
        } catch (MillraceException e) {
            return e;
        }
    }

    private CompletableFuture<Void> stopReceivers(Duration deadline) {
        List<CompletableFuture<Void>> stopped = new ArrayList<>();
        receivers.supervisors().forEach(supervisor -> stopped.add(supervisor.stop(deadline)));
        return CompletableFuture.allOf(stopped.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Image> closedFact() {
        CompletableFuture<Image> durable = new CompletableFuture<>();
        thread.execute(() -> {
            Image image = ledger.state().image();
            ledger.snapshot();
            ledger.append(new Fact.Closed(program.clock().millis()), () -> durable.complete(image));
        });
        return durable;
    }

    /** Gives up what is under way, and closes. */
    public void stop(Optional<Throwable> failure) {
        close(false, failure, PATIENCE);
    }

    private void close(boolean graceful, Optional<Throwable> failure, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        timer.close();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        thread.execute(() -> {
            batches.stop();
            stopped.complete(null);
        });
        try {
            stopped.get(min(AT_ONCE, half(end)).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("The engine's thread of '{}' does not answer; it is stopped all the same", program.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Duration inTime = min(AT_ONCE, half(end));
            stopReceivers(inTime).get(2 * inTime.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("A receiver of '{}' does not stop; it is left behind", program.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listeners.post(new StreamingEvent.StreamingStopped(now(), graceful, failure.map(Failures::message)));
        resources.close(left(end));
    }

    private static Duration half(long end) {
        return left(end).dividedBy(2);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void run(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        try {
            done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MillraceException known
                    ? known
                    : new MillraceException(
                            ErrorCode.INTERNAL, "the engine could not start: " + Failures.text(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "starting was interrupted", e);
        }
    }

    /** Says every few seconds what a graceful stop waits for. */
    private <T> T await(String what, CompletableFuture<T> future, long end)
            throws InterruptedException, ExecutionException, TimeoutException {
        try (Works.Work waiting = watchdog.begin(() -> "stopping gracefully, which waits " + what)) {
            return awaitWatched(what, future, end);
        }
    }

    private <T> T awaitWatched(String what, CompletableFuture<T> future, long end)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            Duration left = left(end);
            try {
                Duration turn = left.compareTo(PROGRESS) < 0 ? left : PROGRESS;
                return future.get(turn.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left.compareTo(PROGRESS) <= 0) {
                    TimeoutException named = new TimeoutException(what);
                    named.initCause(e);
                    throw named;
                }
                LOG.info(
                        "Program '{}' is stopping: waits {}, {} s left",
                        program.id(),
                        what,
                        left(end).toSeconds());
            }
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
