// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes a log in memory; completes every append before it returns. */
final class MemoryWalWriter implements WalWriter {
    private final InMemoryWalStore store;
    private final Memory memory;
    private final String name;
    private final MemoryLog log;
    private final long epoch;
    private final WalRecovery recovery;

    private @Nullable MemorySegment current;
    private long currentId;
    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;

    MemoryWalWriter(
            InMemoryWalStore store, Memory memory, String name, MemoryLog log, long epoch, WalRecovery recovery) {
        this.store = store;
        this.memory = memory;
        this.name = name;
        this.log = log;
        this.epoch = epoch;
        this.recovery = recovery;
        this.durableEnd = recovery.end();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public WalRecovery recovery() {
        return recovery;
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        ensureOpen();
        int length = frame.length();
        int most = store.capabilities().maxBatchBytes();
        if (length > most) {
            throw new WalException(
                    Reason.TOO_LARGE, "a frame of " + length + " bytes is larger than " + most + ", which is the most");
        }
        WalPosition at;
        try {
            at = write(frame, length);
        } catch (WalException e) {
            completion.failed(e);
            return;
        }
        completion.durable(at);
    }

    private WalPosition write(WalFrame frame, int length) {
        synchronized (memory) {
            verifyOwnership(Outcome.UNKNOWN);
            MemorySegment segment = current;
            if (segment != null && segment.length() > 0 && segment.length() + length > memory.segmentBytes()) {
                segment.seal();
                segment = null;
            }
            if (segment == null) {
                currentId = log.nextSegment(epoch);
                segment = new MemorySegment();
                log.segments.put(currentId, segment);
                current = segment;
            }
            WalPosition at = new WalPosition(currentId, segment.length());
            ByteBuffer copy = ByteBuffer.allocate(length);
            for (ByteBuffer part : frame.encode(at)) {
                copy.put(part.duplicate());
            }
            segment.append(copy.array());
            durableEnd = at.plus(length);
            return at;
        }
    }

    @Override
    public WalPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public WalPosition end() {
        synchronized (memory) {
            return current == null
                    ? new WalPosition(log.nextSegment(epoch), 0)
                    : new WalPosition(currentId, current.length());
        }
    }

    @Override
    public void roll() {
        ensureOpen();
        synchronized (memory) {
            verifyOwnership(Outcome.NOT_APPENDED);
            if (current != null) {
                current.seal();
                current = null;
            }
        }
    }

    @Override
    public WalPosition trim(WalPosition before) {
        ensureOpen();
        synchronized (memory) {
            verifyOwnership(Outcome.NOT_APPENDED);
            while (!log.segments.isEmpty() && log.segments.firstEntry().getValue() != current) {
                long first = log.segments.firstKey();
                long length = log.segments.firstEntry().getValue().length();
                if (new WalPosition(first, length).compareTo(before) > 0) {
                    break;
                }
                log.segments.remove(first);
                log.start = new WalPosition(first + 1, 0);
            }
            return log.start();
        }
    }

    @Override
    public void verifyOwnership() {
        ensureOpen();
        verifyOwnership(Outcome.NOT_APPENDED);
    }

    private void verifyOwnership(Outcome outcome) {
        long highest = Math.max(memory.epoch(), log.fence);
        if (highest > epoch) {
            state = WalState.FENCED;
            WalException fenced = InMemoryWalStore.fenced(name, epoch, highest);
            throw new WalException(fenced.reason(), outcome, String.valueOf(fenced.getMessage()), null);
        }
    }

    @Override
    public WalState state() {
        return state;
    }

    @Override
    public void close() {
        if (state != WalState.CLOSED) {
            state = WalState.CLOSED;
            synchronized (memory) {
                if (current != null && log.fence == epoch) {
                    current.seal();
                }
            }
        }
    }

    private void ensureOpen() {
        if (state == WalState.CLOSED || store.closed()) {
            throw new WalException(Reason.CLOSED, "the writer of log '" + name + "' is closed");
        }
    }
}
