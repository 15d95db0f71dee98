// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.api.source.Position;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Collects the records of one incarnation of a receiver into blocks and hands these to a sink, in order. Cuts a block by
 * itself when it is full; the engine cuts by time. A block never ends between an unmarked record and the mark or token
 * that covers it: a cut that comes between is made up for at the mark.
 *
 * <p>Appending never blocks. A record is refused while too many bytes are on their way ({@link ByteBudget}), while the
 * rate limit says so, while paused, and for ever once closed; who was refused is woken up when the reason is gone. Within
 * a run of unmarked records a pause is not yet felt, so that the run comes to its mark.
 *
 * <p>The receiver's thread appends; any thread may call the rest.
 */
public final class BlockBuilder implements RecordAppender {
    private static final long NO_OFFSET = -1;
    private static final long NO_TOKEN = -1;

    private final BlockSettings settings;
    private final ByteBudget budget;
    private final BlockSink sink;
    private final StreamClock clock;
    private final Executor wakeUps;
    private final Runnable wakeUp = this::wakeUp;

    private final Object lock = new Object();
    private final BlockWriter writer;
    private final RateLimit rate;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final List<BuiltPartition> partitions = new ArrayList<>();
    private final Map<String, Position> starts;

    private long token = NO_TOKEN;
    private long sealedToken = NO_TOKEN;
    private boolean moved;
    private int unmarked;
    private boolean cutAtMark;
    private boolean paused;
    private boolean closed;
    private StreamClock.@Nullable Cancellable rateTimer;
    private boolean refused;
    private @Nullable Runnable onReady;
    private @Nullable CompletableFuture<Boolean> flushing;

    /**
     * A builder.
     *
     * @param starts where the partitions that are known begin; {@link #begin} adds more
     * @param wakeUps runs the receiver's wake-ups, on a thread where a slow one harms nobody
     */
    public BlockBuilder(
            BlockSettings settings,
            ByteBudget budget,
            BlockArrays arrays,
            StreamClock clock,
            Map<String, Position> starts,
            Executor wakeUps,
            BlockSink sink) {
        this.settings = requireNonNull(settings, "settings is null");
        this.budget = requireNonNull(budget, "budget is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.wakeUps = requireNonNull(wakeUps, "wakeUps is null");
        this.sink = requireNonNull(sink, "sink is null");
        this.writer = new BlockWriter(arrays);
        this.rate = new RateLimit(clock, settings.maxRecordsPerSecond());
        this.starts = new HashMap<>(starts);
    }

    @Override
    public int partition(String name) {
        requireNonNull(name, "name is null");
        synchronized (lock) {
            Integer index = indexes.get(name);
            if (index == null) {
                index = partitions.size();
                indexes.put(name, index);
                partitions.add(new BuiltPartition(name, starts.get(name)));
            }
            return index;
        }
    }

    /** Where reading these partitions begins. Those that are known already are left as they are. */
    public void begin(Map<String, Position> positions) {
        synchronized (lock) {
            positions.forEach((name, position) -> {
                starts.putIfAbsent(name, position);
                Integer index = indexes.get(name);
                if (index != null) {
                    partitions.get(index).start(position);
                }
            });
        }
    }

    /** Where reading these partitions, which are known already, goes on instead. */
    public void goOn(Map<String, Position> positions) {
        synchronized (lock) {
            positions.forEach((name, position) -> {
                Integer index = indexes.get(name);
                if (index != null) {
                    partitions.get(index).restart(position);
                }
                starts.put(name, position);
            });
        }
    }

    @Override
    public void detail(int partition, String detail) {
        synchronized (lock) {
            partitions.get(partition).detail(detail);
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
        boolean runEnded;
        synchronized (lock) {
            BuiltPartition to = partitions.get(partition);
            if (!takes(to, key, value, headers)) {
                return false;
            }
            to.requireNext(offset, next);
            write(to, offset, timestamp, key, value, headers);
            to.moveTo(next);
            moved = true;
            runEnded = covered(to);
        }
        if (runEnded) {
            completeFlush();
        }
        return true;
    }

    @Override
    public boolean append(
            int partition,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        synchronized (lock) {
            BuiltPartition to = partitions.get(partition);
            if (!takes(to, key, value, headers)) {
                return false;
            }
            write(to, NO_OFFSET, timestamp, key, value, headers);
            to.unmarked++;
            unmarked++;
            return true;
        }
    }

    @Override
    public void mark(int partition, Position next) {
        boolean runEnded;
        synchronized (lock) {
            if (closed) {
                return;
            }
            BuiltPartition to = partitions.get(partition);
            to.moveTo(next);
            moved |= to.moved();
            runEnded = covered(to);
        }
        if (runEnded) {
            completeFlush();
        }
    }

    @Override
    public void token(long covering) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (covering <= token) {
                throw new IllegalArgumentException("token " + covering + " cannot follow " + token + ": tokens grow");
            }
            token = covering;
            for (BuiltPartition partition : partitions) {
                partition.unmarked = 0;
            }
            unmarked = 0;
            endRun();
        }
        completeFlush();
    }

    @Override
    public void onReady(Runnable callback) {
        requireNonNull(callback, "wakeUp is null");
        boolean refusedBefore;
        synchronized (lock) {
            onReady = callback;
            refusedBefore = refused;
        }
        if (refusedBefore) {
            wakeUp();
        }
    }

    /** Ends the block being built, if it holds anything; at the next mark if it must not end here. */
    public void cut() {
        synchronized (lock) {
            if (unmarked > 0) {
                cutAtMark = true;
            } else {
                seal();
            }
        }
    }

    /** Refuses records until {@link #resume}, but lets a run of unmarked ones come to its end. */
    public void pause() {
        synchronized (lock) {
            paused = true;
        }
    }

    /** Takes records again. */
    public void resume() {
        synchronized (lock) {
            paused = false;
        }
        wakeUp();
    }

    /**
     * Pauses, and ends the block being built.
     *
     * @return completed with true when everything that was taken was handed to the sink, which a run of unmarked records
     *     delays until its mark; with false if the builder was closed before
     */
    public CompletableFuture<Boolean> flush() {
        synchronized (lock) {
            paused = true;
            cut();
            if (unmarked == 0) {
                return CompletableFuture.completedFuture(!closed);
            }
            if (flushing == null) {
                flushing = new CompletableFuture<>();
            }
            return flushing;
        }
    }

    /**
     * Takes nothing more, and wakes nobody up. A block that ends within a run of unmarked records is dropped: its source
     * sends it again.
     *
     * @param handOver whether the block being built is handed to the sink
     */
    public void close(boolean handOver) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (handOver && unmarked == 0) {
                seal();
            }
            closed = true;
            writer.discard();
            budget.forget(wakeUp);
            if (rateTimer != null) {
                rateTimer.cancel();
            }
        }
        completeFlush();
    }

    private boolean takes(
            BuiltPartition to, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        if (closed || (paused && unmarked == 0)) {
            refused = true;
            return false;
        }
        long bytes = (key == null ? 0L : key.remaining()) + (value == null ? 0L : value.remaining());
        if (!headers.isEmpty()) {
            bytes += writer.encode(headers);
        }
        if (bytes > settings.maxRecordBytes()) {
            throw new IllegalArgumentException("a record of " + bytes + " bytes of partition " + to.name
                    + " is larger than record.max-bytes = " + settings.maxRecordBytes()
                    + ": raise it, or keep such records from the source");
        }
        bytes += writer.overhead(to);
        if (unmarked == 0 && writer.records() > 0 && writer.length() + bytes > settings.maxBytes()) {
            seal();
        }
        return (fits(bytes) || fitsAfterAll(bytes)) && inTime();
    }

    private boolean fits(long bytes) {
        long used = budget.used();
        return used + writer.length() + bytes <= budget.limit() || (used == 0 && writer.records() == 0);
    }

    /** Asks to be woken up, and looks again: what was released before that wakes nobody. */
    private boolean fitsAfterAll(long bytes) {
        if (unmarked == 0) {
            seal();
        }
        budget.await(wakeUp);
        if (fits(bytes)) {
            budget.forget(wakeUp);
            return true;
        }
        if (unmarked > 0 && budget.used() == 0) {
            budget.forget(wakeUp);
            throw new IllegalStateException(unmarked + " records were appended without a mark or a token, and"
                    + " receiver.max-unacknowledged = " + budget.limit()
                    + " has no room for more: mark more often, or raise it");
        }
        refused = true;
        return false;
    }

    private boolean inTime() {
        if (rate.take()) {
            return true;
        }
        refused = true;
        if (rateTimer == null) {
            rateTimer = clock.schedule(rate.untilReady(), this::refilled);
        }
        return false;
    }

    private void refilled() {
        synchronized (lock) {
            rateTimer = null;
        }
        wakeUp();
    }

    private void write(
            BuiltPartition to,
            long offset,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        writer.write(to, offset, timestamp < 0 ? BlockFormat.NO_TIMESTAMP : timestamp, key, value, headers.size());
    }

    /** The partition's records are covered by a position. Says whether that ended a run for which a flush waits. */
    private boolean covered(BuiltPartition partition) {
        if (partition.unmarked == 0) {
            return false;
        }
        unmarked -= partition.unmarked;
        partition.unmarked = 0;
        endRun();
        return flushing != null;
    }

    private void endRun() {
        if (unmarked == 0 && cutAtMark) {
            seal();
        }
    }

    /** Outside of the lock, since those who wait for the future go on in this call. */
    private void completeFlush() {
        CompletableFuture<Boolean> waiting;
        boolean handedOver;
        synchronized (lock) {
            if (flushing == null || (unmarked > 0 && !closed)) {
                return;
            }
            waiting = flushing;
            flushing = null;
            handedOver = unmarked == 0;
        }
        waiting.complete(handedOver);
    }

    private void seal() {
        cutAtMark = false;
        if (closed || (writer.records() == 0 && !moved && token == sealedToken)) {
            return;
        }
        List<PartitionSlice> slices = new ArrayList<>();
        for (BuiltPartition partition : partitions) {
            partition.endSlice().ifPresent(slices::add);
        }
        SealedBlock block = writer.seal(slices, token == sealedToken ? NO_TOKEN : token);
        moved = false;
        sealedToken = token;
        budget.add(block.length());
        boolean handedOver = false;
        try {
            sink.block(block);
            handedOver = true;
        } finally {
            if (!handedOver) {
                closed = true;
                budget.release(block.length());
            }
        }
    }

    /** Never takes the builder's lock on this thread, which may be one that the sink waits for. */
    private void wakeUp() {
        wakeUps.execute(this::tellReady);
    }

    private void tellReady() {
        Runnable callback;
        synchronized (lock) {
            callback = onReady;
            if (closed || !refused || callback == null) {
                return;
            }
            refused = false;
        }
        callback.run();
    }
}
