// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.BlockBuilder;
import io.millrace.core.block.ByteBudget;
import io.millrace.core.failure.Failures;
import io.millrace.core.watch.Sighting;
import io.millrace.core.watch.Watched;
import io.millrace.spi.receiver.DurableMark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the receiver of one input from the engine's start to its end: one incarnation after another, each with a receiver,
 * a thread and a block builder of its own, so that one that was replaced can do nothing more. Cuts blocks by time.
 * Whatever a receiver does, these methods return at once; they may be called from any thread.
 */
public final class ReceiverSupervisor implements Watched {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverSupervisor.class);

    /** So many receivers may hang at a time before no more are started: each holds a thread, and who knows what else. */
    static final int MAX_HUNG = 3;

    /** How long a receiver that is to be replaced may take over its farewell. */
    static final Duration STOP_BEFORE_RESTART = Duration.ofSeconds(5);

    /** How much longer than its deadline a stop may take before the receiver is given up. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private final ReceiverInput input;
    private final ReceiverSettings settings;
    private final Intake intake;
    private final ReceiverEvents told;
    private final StreamClock clock;
    private final BlockArrays arrays;
    private final ByteBudget budget;
    private final Incarnation.Owner owner = new Owner();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /** Everything below is touched in its tasks only. */
    private final SerialExecutor steps;

    private final Backoff backoff;
    private State state = State.NEW;
    private boolean paused;
    private boolean hopeless;
    /** Those that were given up and whose call has not returned; others look at it. */
    private final List<Incarnation> hung = new CopyOnWriteArrayList<>();

    private String reason = "";
    private long runningSince;
    private StreamClock.@Nullable Cancellable restartTimer;
    private StreamClock.@Nullable Cancellable stopTimer;

    /** Also read by those who look only. */
    private volatile @Nullable Incarnation current;

    private volatile boolean running;

    /** What went wrong last; null once a receiver receives again. */
    private final AtomicReference<@Nullable Down> down = new AtomicReference<>();

    private volatile boolean cutting;
    private volatile StreamClock.@Nullable Cancellable cutTimer;

    /**
     * A supervisor.
     *
     * @param events takes what listeners are told; returns at once
     * @param random spreads restarts
     * @param arrays where blocks are built; may be shared with other inputs
     */
    public ReceiverSupervisor(
            ReceiverInput input,
            ReceiverSettings settings,
            Intake intake,
            Consumer<StreamingEvent> events,
            StreamClock clock,
            Random random,
            BlockArrays arrays) {
        this.input = requireNonNull(input, "input is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.intake = requireNonNull(intake, "intake is null");
        this.told = new ReceiverEvents(input, requireNonNull(events, "events is null"), clock);
        this.clock = requireNonNull(clock, "clock is null");
        this.arrays = requireNonNull(arrays, "arrays is null");
        this.budget = new ByteBudget(settings.maxUnacknowledged());
        this.backoff = new Backoff(random);
        this.steps = new SerialExecutor(defect -> intake.broken(input.stream(), defect));
    }

    /** Starts the first receiver, and begins to cut blocks. */
    public void start() {
        steps.execute(() -> {
            if (state == State.NEW) {
                cutting = true;
                cutLater(clock.nanos());
                startReceiver();
            }
        });
    }

    /** Whether a receiver was started and not stopped yet; it may be paused. */
    public boolean running() {
        return running;
    }

    /** The number of the newest receiver; 0 before there is one. */
    public long incarnation() {
        Incarnation newest = current;
        return newest == null ? 0 : newest.id();
    }

    /** How many bytes are in blocks that were handed over and not released. */
    public long unacknowledged() {
        return budget.used();
    }

    /** Takes no more records, now and from receivers that are started later; what was taken is cut as ever. */
    public void pause() {
        steps.execute(() -> {
            paused = true;
            Incarnation live = live();
            if (live != null) {
                pause(live);
            }
        });
    }

    /** Takes records again. */
    public void resume() {
        steps.execute(() -> {
            paused = false;
            Incarnation live = live();
            if (live != null) {
                BlockBuilder blocks = live.builder();
                if (blocks != null) {
                    blocks.resume();
                }
                live.resume();
            }
        });
    }

    /**
     * Pauses, and hands over all that was taken.
     *
     * @return completed, on any thread, with true when that is done: no block follows then until {@link #resume}. With
     *     false if the deadline passed or the receiver failed before; what is left is dropped, and sent again by its
     *     source
     */
    public CompletableFuture<Boolean> drain(Duration deadline) {
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        steps.execute(() -> {
            paused = true;
            Incarnation live = live();
            if (live == null) {
                drained.complete(true);
                return;
            }
            pause(live);
            StreamClock.Cancellable timer = clock.schedule(deadline, () -> drained.complete(false));
            CompletableFuture<Boolean> unused = live.flush().whenComplete((handedOver, error) -> {
                timer.cancel();
                drained.complete(error == null && handedOver);
            });
        });
        return drained;
    }

    /**
     * Tells the receiver how far it may acknowledge.
     *
     * @param incarnation the one of the newest block that the mark covers: a token is told only to the receiver that gave
     *     it
     */
    public void durable(long incarnation, DurableMark mark) {
        steps.execute(() -> {
            Incarnation live = live();
            if (live != null) {
                boolean own = live.id() == incarnation;
                live.durable(own || mark.token() < 0 ? mark : new DurableMark(mark.positions(), -1));
            }
        });
    }

    /** So many bytes of blocks that were handed over are durable, or were given up. Takes no lock. */
    public void released(long bytes) {
        budget.release(bytes);
    }

    /** Cuts the block that is being built, beside those that the block interval cuts. */
    public void cut() {
        Incarnation live = current;
        BlockBuilder blocks = live == null ? null : live.builder();
        if (blocks != null) {
            blocks.cut();
        }
    }

    /** Replaces the receiver if it is still this incarnation: its blocks cannot be admitted, for instance. */
    public void restart(long incarnation, String why) {
        steps.execute(() -> {
            Incarnation live = live();
            if (live != null && live.id() == incarnation) {
                fail(live, why, null);
            }
        });
    }

    /**
     * Stops the receiver for good. What it appended and was not cut is dropped: {@link #drain} comes first in a graceful
     * stop.
     *
     * @param deadline how long the receiver may take; one that takes longer is given up
     * @return completed, on any thread, when the receiver is stopped or given up; never exceptionally
     */
    public CompletableFuture<Void> stop(Duration deadline) {
        steps.execute(() -> stopNow(deadline));
        return stopped;
    }

    @Override
    public void look(Consumer<Sighting> into) {
        hung.forEach(incarnation -> incarnation.look(into));
        Incarnation newest = current;
        if (newest != null) {
            newest.look(into);
        }
    }

    /** Why nothing is received; empty if something is, or the source is merely quiet. */
    public Optional<String> trouble() {
        Down failed = down.get();
        Incarnation newest = current;
        if (running && newest != null) {
            Optional<String> said = newest.trouble();
            if (said.isEmpty()) {
                down.compareAndSet(failed, null);
                return said;
            } else if (failed == null) {
                return said;
            }
        }
        return Optional.ofNullable(failed)
                .map(known -> "nothing is received since " + known.since + ": " + known.message);
    }

    private void down(String message, @Nullable Throwable error) {
        down.updateAndGet(before -> new Down(
                before == null ? Instant.ofEpochMilli(clock.millis()) : before.since,
                error == null ? message : message + ": " + Failures.message(error)));
    }

    /** That no receiver receives, since when, and what the newest failed with. */
    private record Down(Instant since, String message) {}

    private void startReceiver() {
        restartTimer = null;
        if (hung.size() >= MAX_HUNG) {
            state = State.WAITING_FOR_HUNG;
            LOG.error(
                    "Input {}: {} of its receivers hang in a call; no other is started before one of them returns",
                    input.stream(),
                    hung.size());
            return;
        }
        state = State.LIVE;
        try {
            Incarnation next = new Incarnation(input, settings, intake, clock, owner);
            current = next;
            next.start(budget, arrays);
        } catch (RuntimeException | Error e) {
            current = null;
            report("its receiver cannot be started", e);
            down("its receiver cannot be started", e);
            restartLater(Duration.ZERO);
        }
    }

    private void restartLater(Duration ran) {
        state = State.WAITING;
        Duration wait = backoff.next(ran);
        LOG.info("Input {}: the next receiver is started in {} ms", input.stream(), wait.toMillis());
        restartTimer = clock.schedule(
                wait,
                () -> steps.execute(() -> {
                    if (state == State.WAITING) {
                        startReceiver();
                    }
                }));
    }

    private void fail(Incarnation incarnation, String why, @Nullable Throwable error) {
        state = State.ENDING;
        reason = why;
        report(why, error);
        down(why, error);
        if (Failures.isHopeless(error)) {
            hopeless = true;
            intake.hopeless(input.stream(), error);
        }
        incarnation.close(true);
        incarnation.stop(STOP_BEFORE_RESTART, STOP_BEFORE_RESTART.plus(GRACE));
    }

    private void stopNow(Duration deadline) {
        cutting = false;
        if (cutTimer != null) {
            cutTimer.cancel();
        }
        if (restartTimer != null) {
            restartTimer.cancel();
            restartTimer = null;
        }
        Incarnation last = current;
        switch (state) {
            case LIVE -> {
                reason = "the input is stopped";
                if (last != null) {
                    last.close(false);
                    last.stop(deadline, deadline.plus(GRACE));
                }
            }
            case ENDING -> {}
            case NEW, WAITING, WAITING_FOR_HUNG, HOPELESS -> {
                state = State.STOPPED;
                stopped.complete(null);
                return;
            }
            case STOPPING, STOPPED -> {
                return;
            }
        }
        state = State.STOPPING;
        // a call that is still running delays the stop, which has a watch of its own only once it begins
        stopTimer = clock.schedule(
                deadline.plus(GRACE),
                () -> steps.execute(() -> {
                    if (last != null && last == current) {
                        giveUp(last, "stop");
                    }
                }));
    }

    private void giveUp(Incarnation incarnation, String call) {
        String message = "its receiver does not return when told to " + call + ", and is given up";
        report(message, null);
        if (state == State.LIVE) {
            reason = message;
            down(message, null);
            incarnation.close(true);
        }
        hung.add(incarnation);
        incarnation.givenUp = true;
        incarnation.abandon();
        gone();
    }

    /** The current incarnation is no more. */
    private void gone() {
        Duration ran = Duration.ZERO;
        if (running) {
            running = false;
            ran = Duration.ofNanos(clock.nanos() - runningSince);
            told.stopped(incarnation(), reason);
        }
        current = null;
        if (state == State.STOPPING) {
            state = State.STOPPED;
            if (stopTimer != null) {
                stopTimer.cancel();
            }
            stopped.complete(null);
        } else if (hopeless) {
            state = State.HOPELESS;
        } else {
            restartLater(ran);
        }
    }

    private @Nullable Incarnation live() {
        return state == State.LIVE ? current : null;
    }

    private void pause(Incarnation live) {
        BlockBuilder blocks = live.builder();
        if (blocks != null) {
            blocks.pause();
        }
        live.pause();
    }

    private void cutLater(long last) {
        long next = last + settings.blockInterval().toNanos();
        Duration wait = Duration.ofNanos(Math.max(0, next - clock.nanos()));
        cutTimer = clock.schedule(wait, () -> {
            try {
                cut();
            } catch (RuntimeException | Error e) {
                LOG.debug("Input {}: a block was not handed over, as was reported", input.stream(), e);
            }
            if (cutting) {
                // a clock that stood still does not make up for the cuts it missed
                cutLater(Math.max(next, clock.nanos() - settings.blockInterval().toNanos()));
            }
        });
    }

    private void report(String message, @Nullable Throwable error) {
        told.failed(incarnation(), message, error);
    }

    private enum State {
        NEW,
        /** A receiver is started or runs. */
        LIVE,
        /** A receiver that failed is being stopped. */
        ENDING,
        /** The next receiver is started when its time has come. */
        WAITING,
        /** The next receiver is started when one that hangs returns. */
        WAITING_FOR_HUNG,
        /** No other receiver would do better, and the program is told so. */
        HOPELESS,
        /** The last receiver is being stopped. */
        STOPPING,
        STOPPED
    }

    /** Turns what happens to incarnations, on whichever thread, into steps. */
    private final class Owner implements Incarnation.Owner {
        @Override
        public void built(Incarnation incarnation) {
            steps.execute(() -> {
                BlockBuilder blocks = incarnation.builder();
                if (blocks == null) {
                    return;
                }
                if (incarnation != live()) {
                    blocks.close(false);
                } else if (!paused) {
                    blocks.resume();
                }
            });
        }

        @Override
        public void started(Incarnation incarnation) {
            steps.execute(() -> {
                if (incarnation == live()) {
                    running = true;
                    runningSince = clock.nanos();
                    told.started(incarnation.id());
                    if (paused) {
                        incarnation.pause();
                    }
                }
            });
        }

        @Override
        public void failed(Incarnation incarnation, String why, @Nullable Throwable error) {
            steps.execute(() -> {
                if (incarnation == live()) {
                    fail(incarnation, why, error);
                } else if (incarnation == current) {
                    report("while it was being stopped, " + why, error);
                } else {
                    LOG.debug("Input {}: a receiver that was replaced says: {}", input.stream(), why, error);
                }
            });
        }

        @Override
        public void hung(Incarnation incarnation, String call) {
            steps.execute(() -> {
                if (incarnation == current) {
                    giveUp(incarnation, call);
                }
            });
        }

        @Override
        public void reported(Incarnation incarnation, String message, @Nullable Throwable error) {
            steps.execute(() -> {
                if (incarnation == live()) {
                    report(message, error);
                }
            });
        }

        @Override
        public void stopped(Incarnation incarnation) {
            steps.execute(() -> {
                if (incarnation == current) {
                    gone();
                }
            });
        }

        @Override
        public void ended(Incarnation incarnation) {
            steps.execute(() -> {
                if (incarnation.givenUp) {
                    hung.remove(incarnation);
                    if (state == State.WAITING_FOR_HUNG) {
                        startReceiver();
                    }
                }
            });
        }
    }
}
