// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.source.Position;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of one input, without an engine: a ledger of positions that outlives receivers, and an appender that
 * takes as many records as a test gives it room for. Nothing becomes durable by itself: {@link #makeDurable} says what is,
 * and what is not is lost with the next {@linkplain #next receiver}, as after a crash. It fails on demand. Thread-safe.
 *
 * @since 0.1
 */
public final class SimulatedEngine {
    private static final int LARGEST = 16 << 10;

    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Position> ledger = new HashMap<>();
    private final List<TakenRecord> durable = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<Restart> restarts = new ArrayList<>();
    private final Map<String, Boolean> idle = new HashMap<>();
    private long incarnations;
    private long durableToken = -1;
    private int room = Integer.MAX_VALUE;
    private int refusals;
    private int begins;
    private boolean paused;
    private @Nullable Runnable wakeUp;
    private @Nullable RuntimeException appendFails;
    private @Nullable RuntimeException beginFails;

    /** What a receiver did: a record, with the position behind it if it has one; a mark; or a token. */
    private record Step(
            @Nullable TakenRecord record,
            String partition,
            @Nullable Position position,
            long token) {}

    /**
     * What a receiver said when it could not go on.
     *
     * @param reason its words
     * @param error what happened to it
     */
    public record Restart(@Nullable String reason, @Nullable Throwable error) {}

    /** An engine whose ledger knows nothing. */
    public SimulatedEngine() {}

    /**
     * The context of the next receiver. What the last one appended and is not durable is forgotten; nothing that it still
     * does has an effect.
     */
    public synchronized ReceiverContext next() {
        steps.clear();
        restarts.clear();
        idle.clear();
        wakeUp = null;
        durableToken = -1;
        incarnations++;
        return new Context(incarnations, Map.copyOf(ledger));
    }

    /** Sets for how many more records there is room, and tells the receiver if there is any. */
    public void room(int records) {
        synchronized (this) {
            room = records;
        }
        ready();
    }

    /** Takes nothing until {@link #resume}, as the engine does before it pauses a receiver. */
    public synchronized void pause() {
        paused = true;
    }

    /** Takes records again. */
    public void resume() {
        synchronized (this) {
            paused = false;
        }
        ready();
    }

    private void ready() {
        Runnable told;
        synchronized (this) {
            told = room > 0 && !paused ? wakeUp : null;
        }
        if (told != null) {
            told.run();
        }
    }

    /** Has every append fail with this from now on; null for none. */
    public synchronized void failAppends(@Nullable RuntimeException failure) {
        appendFails = failure;
    }

    /** Has every {@code begin} fail with this from now on; null for none. */
    public synchronized void failBegins(@Nullable RuntimeException failure) {
        beginFails = failure;
    }

    /**
     * Makes durable what was taken, up to so many more records and the first position or token behind them.
     *
     * @return what the receiver is to be told
     */
    public synchronized DurableMark makeDurable(int records) {
        int end = 0;
        int taken = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            taken += step.record() == null ? 0 : 1;
            if (taken > records) {
                break;
            }
            if (step.position() != null || step.token() >= 0) {
                end = i + 1;
            }
        }
        List<Step> made = steps.subList(0, end);
        for (Step step : made) {
            if (step.record() != null) {
                durable.add(step.record());
            }
            if (step.position() != null) {
                ledger.put(step.partition(), step.position());
            }
            durableToken = Math.max(durableToken, step.token());
        }
        made.clear();
        return new DurableMark(ledger, durableToken);
    }

    /** Makes durable all that was taken and has a position or a token behind it. */
    public DurableMark makeDurable() {
        return makeDurable(Integer.MAX_VALUE);
    }

    /** Where the ledger says that reading goes on. */
    public synchronized Map<String, Position> positions() {
        return Map.copyOf(ledger);
    }

    /** All records that are durable or were taken from the receiver of now, in order. */
    public synchronized List<TakenRecord> taken() {
        List<TakenRecord> all = new ArrayList<>(durable);
        for (Step step : steps) {
            if (step.record() != null) {
                all.add(step.record());
            }
        }
        return all;
    }

    /** The values of {@link #taken}. */
    public List<String> values() {
        return taken().stream().map(record -> String.valueOf(record.value())).toList();
    }

    /** The values of the durable records. */
    public synchronized List<String> durableValues() {
        return durable.stream().map(record -> String.valueOf(record.value())).toList();
    }

    /** How often an append was refused. */
    public synchronized int refusals() {
        return refusals;
    }

    /** How often a start was to be recorded. */
    public synchronized int begins() {
        return begins;
    }

    /** What was reported. */
    public synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    /** What the receiver of now said when it could not go on. */
    public synchronized List<Restart> restarts() {
        return List.copyOf(restarts);
    }

    /** What the receiver of now said of its partitions last: whether they are idle. */
    public synchronized Map<String, Boolean> idle() {
        return Map.copyOf(idle);
    }

    private synchronized boolean isNow(long incarnation) {
        return incarnation == incarnations;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : UTF_8.decode(bytes.duplicate()).toString();
    }

    private final class Context implements ReceiverContext {
        private final long number;
        private final Map<String, Position> positions;
        private final Appender appender;

        Context(long number, Map<String, Position> positions) {
            this.number = number;
            this.positions = positions;
            this.appender = new Appender(number);
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
        public void begin(Map<String, Position> starts) {
            synchronized (SimulatedEngine.this) {
                begins++;
                if (beginFails != null) {
                    throw beginFails;
                }
                if (isNow(number)) {
                    starts.forEach(ledger::putIfAbsent);
                }
            }
        }

        @Override
        public RecordAppender appender() {
            return appender;
        }

        @Override
        public void idle(String partition, boolean now) {
            synchronized (SimulatedEngine.this) {
                if (isNow(number)) {
                    idle.put(partition, now);
                }
            }
        }

        @Override
        public void reportError(String message, Throwable error) {
            synchronized (SimulatedEngine.this) {
                errors.add(message);
            }
        }

        @Override
        public void restart(String reason, Throwable error) {
            synchronized (SimulatedEngine.this) {
                if (isNow(number)) {
                    restarts.add(new Restart(reason, error));
                }
            }
        }
    }

    private final class Appender implements RecordAppender {
        private final long number;
        private final List<String> names = new ArrayList<>();

        Appender(long number) {
            this.number = number;
        }

        @Override
        public int partition(String name) {
            synchronized (SimulatedEngine.this) {
                if (!names.contains(name)) {
                    names.add(name);
                }
                return names.indexOf(name);
            }
        }

        @Override
        public boolean append(
                int partition,
                long offset,
                long next,
                long timestamp,
                @Nullable ByteBuffer key,
                @Nullable ByteBuffer value,
                List<RecordHeader> headers) {
            return take(partition, offset, Position.of(next), timestamp, key, value, headers);
        }

        @Override
        public boolean append(
                int partition,
                long timestamp,
                @Nullable ByteBuffer key,
                @Nullable ByteBuffer value,
                List<RecordHeader> headers) {
            return take(partition, -1, null, timestamp, key, value, headers);
        }

        private boolean take(
                int partition,
                long offset,
                @Nullable Position next,
                long timestamp,
                @Nullable ByteBuffer key,
                @Nullable ByteBuffer value,
                List<RecordHeader> headers) {
            synchronized (SimulatedEngine.this) {
                if (appendFails != null) {
                    throw appendFails;
                }
                int bytes = value == null ? 0 : value.remaining();
                if (bytes > LARGEST) {
                    throw new IllegalArgumentException("a record of " + bytes + " bytes of partition "
                            + names.get(partition) + " is larger than record.max-bytes = " + LARGEST
                            + ": raise it, or keep such records from the source");
                }
                if (!isNow(number) || paused || room == 0) {
                    refusals++;
                    return false;
                }
                room -= room == Integer.MAX_VALUE ? 0 : 1;
                String name = names.get(partition);
                Map<String, String> copies = new HashMap<>();
                headers.forEach(header ->
                        copies.put(header.name(), header.value() == null ? "" : new String(header.value(), UTF_8)));
                TakenRecord record = new TakenRecord(name, offset, timestamp, text(key), text(value), copies);
                steps.add(new Step(record, name, detailed(name, next), -1));
                return true;
            }
        }

        /** A position in the detail that was given last: what the numbers are of does not change between two marks. */
        private @Nullable Position detailed(String name, @Nullable Position next) {
            Position before = ledger.get(name);
            return next == null || before == null ? next : new Position(next.number(), before.detail());
        }

        @Override
        public void mark(int partition, Position next) {
            synchronized (SimulatedEngine.this) {
                if (isNow(number)) {
                    steps.add(new Step(null, names.get(partition), next, -1));
                }
            }
        }

        @Override
        public void token(long token) {
            synchronized (SimulatedEngine.this) {
                if (isNow(number)) {
                    steps.add(new Step(null, "", null, token));
                }
            }
        }

        @Override
        public void onReady(Runnable callback) {
            synchronized (SimulatedEngine.this) {
                if (isNow(number)) {
                    wakeUp = callback;
                }
            }
        }
    }
}
