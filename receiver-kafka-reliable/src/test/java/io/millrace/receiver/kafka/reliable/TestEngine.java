// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of a receiver: a ledger of positions, and an appender that takes as many records as it has room for.
 * It refuses what an engine would refuse: a record that is not the next of its partition.
 */
final class TestEngine implements ReceiverContext, RecordAppender {
    private final Map<String, Position> positions = new ConcurrentHashMap<>();
    private final List<String> partitions = new CopyOnWriteArrayList<>();
    private final List<Taken> taken = new ArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Throwable> restarts = new CopyOnWriteArrayList<>();
    private final Map<String, Boolean> idle = new ConcurrentHashMap<>();
    private final List<OffsetRange> lost = new CopyOnWriteArrayList<>();
    private int room = Integer.MAX_VALUE;
    private int refusals;
    private @Nullable Runnable ready;

    /** A record that was taken. */
    record Taken(
            String partition,
            long offset,
            long timestamp,
            @Nullable String key,
            @Nullable String value,
            Map<String, String> headers) {}

    /** An engine whose ledger holds nothing. */
    TestEngine() {}

    /** An engine that goes on with another's ledger, as after a restart. */
    TestEngine(TestEngine before) {
        positions.putAll(before.positions());
    }

    /** Sets for how many records there is room, and says so to the receiver. */
    void room(int records) {
        Runnable wake;
        synchronized (this) {
            room = records;
            wake = ready;
        }
        if (wake != null && records > 0) {
            wake.run();
        }
    }

    synchronized int refusals() {
        return refusals;
    }

    synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    /** The values that were taken, in order. */
    synchronized List<@Nullable String> values() {
        List<@Nullable String> values = new ArrayList<>();
        taken.forEach(record -> values.add(record.value()));
        return values;
    }

    /** Everything that was taken as durable. */
    DurableMark mark() {
        return new DurableMark(positions(), -1);
    }

    List<OffsetRange> lost() {
        return lost;
    }

    List<String> errors() {
        return errors;
    }

    List<Throwable> restarts() {
        return restarts;
    }

    Map<String, Boolean> idle() {
        return idle;
    }

    @Override
    public long incarnation() {
        return 1;
    }

    @Override
    public Map<String, Position> positions() {
        return new HashMap<>(positions);
    }

    @Override
    public void begin(Map<String, Position> starts) {
        starts.forEach(positions::putIfAbsent);
    }

    @Override
    public void lost(List<OffsetRange> ranges) {
        lost.addAll(ranges);
        ranges.forEach(range -> positions.put(range.partition(), range.until()));
    }

    @Override
    public RecordAppender appender() {
        return this;
    }

    @Override
    public void idle(String partition, boolean idle) {
        this.idle.put(partition, idle);
    }

    @Override
    public void reportError(String message, Throwable error) {
        errors.add(message);
    }

    @Override
    public void restart(String reason, Throwable error) {
        restarts.add(error);
    }

    @Override
    public int partition(String name) {
        if (!partitions.contains(name)) {
            partitions.add(name);
        }
        return partitions.indexOf(name);
    }

    @Override
    public synchronized boolean append(
            int partition,
            long offset,
            long next,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        if (room == 0) {
            refusals++;
            return false;
        }
        String name = partitions.get(partition);
        Position position = positions.get(name);
        if (position == null || offset < position.number()) {
            throw new IllegalStateException(offset + " of " + name + " comes after " + position);
        }
        room--;
        positions.put(name, new Position(next, position.detail()));
        Map<String, String> copies = new HashMap<>();
        headers.forEach(header -> copies.put(header.name(), new String(header.value(), StandardCharsets.UTF_8)));
        taken.add(new Taken(name, offset, timestamp, text(key), text(value), copies));
        return true;
    }

    @Override
    public boolean append(
            int partition,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        throw new UnsupportedOperationException("Kafka's records have positions");
    }

    @Override
    public void mark(int partition, Position next) {
        positions.put(partitions.get(partition), next);
    }

    @Override
    public void token(long token) {
        throw new UnsupportedOperationException("Kafka has no ack tokens");
    }

    @Override
    public synchronized void onReady(Runnable wakeUp) {
        ready = wakeUp;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
