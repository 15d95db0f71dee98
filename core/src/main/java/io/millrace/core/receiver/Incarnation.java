// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.api.StreamClock;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.BlockBuilder;
import io.millrace.core.block.ByteBudget;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.watch.Sighting;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One start of a receiver: the receiver, the thread on which it is called, and the builder of its blocks. Once closed,
 * nothing that the receiver still does has an effect.
 */
final class Incarnation {
    private final ReceiverInput input;
    private final ReceiverSettings settings;
    private final Intake intake;
    private final StreamClock clock;
    private final Owner owner;
    private final CallThread calls;
    private final AtomicReference<@Nullable DurableMark> newestMark = new AtomicReference<>();

    /** For its owner to note. */
    volatile boolean givenUp;

    private volatile long id;
    private volatile boolean closed;
    private volatile @Nullable BlockBuilder builder;

    private volatile @Nullable Receiver receiver;

    // only on the call thread
    private boolean started;
    private boolean stopped;

    Incarnation(ReceiverInput input, ReceiverSettings settings, Intake intake, StreamClock clock, Owner owner) {
        this.input = input;
        this.settings = settings;
        this.intake = intake;
        this.clock = clock;
        this.owner = owner;
        this.calls = new CallThread(input.threads(), clock, new Watch());
    }

    /** Its number; 0 before it has one. */
    long id() {
        return id;
    }

    @Nullable
    BlockBuilder builder() {
        return builder;
    }

    /** Starts the receiver, whose builder is paused until somebody resumes it. */
    void start(ByteBudget budget, BlockArrays arrays) {
        calls.start();
        call("start", () -> {
            long number = intake.nextIncarnation(input.stream());
            id = number;
            Map<String, Position> positions = Map.copyOf(intake.positions(input.stream()));
            BlockBuilder blocks = new BlockBuilder(
                    settings.blocks(),
                    budget,
                    arrays,
                    clock,
                    positions,
                    wakeUp -> call("be woken up", wakeUp::run),
                    this::handOver);
            blocks.pause();
            builder = blocks;
            if (closed) {
                return;
            }
            owner.built(this);
            Receiver made = input.receivers().get();
            receiver = made;
            made.start(new Context(number, positions, blocks));
            started = true;
            owner.started(this);
        });
    }

    void pause() {
        call("pause", () -> {
            Receiver made = receiver;
            if (started && made != null) {
                made.pause();
            }
        });
    }

    void resume() {
        call("resume", () -> {
            Receiver made = receiver;
            if (started && made != null) {
                made.resume();
            }
        });
    }

    /** Passes the newest mark on; those that wait are overtaken by it. */
    void durable(DurableMark mark) {
        if (newestMark.getAndSet(mark) == null) {
            call("take a durable mark", () -> {
                DurableMark newest = newestMark.getAndSet(null);
                Receiver made = receiver;
                if (started && made != null && newest != null) {
                    made.durable(newest);
                }
            });
        }
    }

    /** Pauses its builder, and hands over what that took. */
    CompletableFuture<Boolean> flush() {
        BlockBuilder blocks = builder;
        return blocks == null ? CompletableFuture.completedFuture(true) : blocks.flush();
    }

    /** Cuts it off: nothing that it appends is taken, nothing that it reports is heard. */
    void close(boolean handOver) {
        closed = true;
        BlockBuilder blocks = builder;
        if (blocks != null) {
            blocks.close(handOver);
        }
    }

    /** Stops the receiver; {@link Owner#stopped} comes when that is done. */
    void stop(Duration deadline, Duration limit) {
        calls.call("stop", limit, () -> {
            try {
                stopReceiver(deadline);
            } catch (Throwable e) {
                owner.failed(this, "it failed to stop", e);
            } finally {
                owner.stopped(this);
            }
        });
        calls.end();
    }

    /** Leaves a call that hangs alone. If it ever returns, the receiver is stopped then. */
    void abandon() {
        calls.abandon("stop", () -> stopReceiver(Duration.ZERO));
    }

    /** Tells of the call into it that runs, if one does. */
    void look(Consumer<Sighting> into) {
        calls.look("receiver " + id + " of '" + input.stream() + "'" + (givenUp ? ", given up" : ""), into);
    }

    /** Why its receiver receives nothing; empty if it does. */
    Optional<String> trouble() {
        Receiver made = receiver;
        return made == null ? Optional.empty() : made.trouble();
    }

    private void stopReceiver(Duration deadline) {
        Receiver made = receiver;
        if (made != null && !stopped) {
            stopped = true;
            made.stop(deadline);
        }
    }

    private void call(String name, CallThread.Body body) {
        calls.call(name, settings.callTimeout(), body);
    }

    private void handOver(SealedBlock block) {
        try {
            intake.block(input.stream(), id, block);
        } catch (RuntimeException | Error e) {
            owner.failed(this, "its block could not be handed over", e);
            throw e;
        }
    }

    /** What becomes of it; called on any thread, and returns at once. */
    interface Owner {
        /** It can take records, as soon as its builder is resumed. */
        void built(Incarnation incarnation);

        /** Its receiver runs. */
        void started(Incarnation incarnation);

        /** It cannot go on. */
        void failed(Incarnation incarnation, String reason, @Nullable Throwable error);

        /** A call into it does not return. */
        void hung(Incarnation incarnation, String call);

        /** It has something to say. */
        void reported(Incarnation incarnation, String message, @Nullable Throwable error);

        /** Its receiver was stopped. */
        void stopped(Incarnation incarnation);

        /** Its thread has ended. */
        void ended(Incarnation incarnation);
    }

    private final class Watch implements CallThread.Watcher {
        @Override
        public void failed(String call, Throwable failure) {
            owner.failed(Incarnation.this, "it failed to " + call, failure);
        }

        @Override
        public void hung(String call) {
            owner.hung(Incarnation.this, call);
        }

        @Override
        public void ended() {
            owner.ended(Incarnation.this);
        }
    }

    private final class Context implements ReceiverContext {
        private final long number;
        private final Map<String, Position> positions;
        private final BlockBuilder blocks;
        private final Set<String> begun;

        Context(long number, Map<String, Position> positions, BlockBuilder blocks) {
            this.number = number;
            this.positions = positions;
            this.blocks = blocks;
            this.begun = ConcurrentHashMap.newKeySet();
            this.begun.addAll(positions.keySet());
        }

        @Override
        public long incarnation() {
            return number;
        }

        @Override
        public Map<String, Position> positions() {
            return positions;
        }

        @Override
        public void begin(Map<String, Position> starts) throws InterruptedException {
            Map<String, Position> unknown = starts.entrySet().stream()
                    .filter(start -> !begun.contains(start.getKey()))
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
            if (closed || unknown.isEmpty()) {
                return;
            }
            intake.begin(input.stream(), unknown);
            blocks.begin(unknown);
            begun.addAll(unknown.keySet());
        }

        @Override
        public void lost(List<OffsetRange> ranges) throws InterruptedException {
            Map<String, Position> goOn = new HashMap<>();
            for (OffsetRange range : ranges) {
                if (!begun.contains(range.partition()) || goOn.put(range.partition(), range.until()) != null) {
                    throw new IllegalArgumentException(
                            range + " cannot be lost: its partition is not known, or named twice");
                }
            }
            if (closed || ranges.isEmpty()) {
                return;
            }
            intake.lost(input.stream(), ranges);
            blocks.goOn(goOn);
        }

        @Override
        public RecordAppender appender() {
            return blocks;
        }

        @Override
        public void idle(String partition, boolean idle) {
            if (!closed) {
                intake.idle(input.stream(), partition, idle);
            }
        }

        @Override
        public void reportError(String message, Throwable error) {
            owner.reported(Incarnation.this, message, error);
        }

        @Override
        public void restart(String reason, Throwable error) {
            owner.failed(Incarnation.this, reason, error);
        }
    }
}
