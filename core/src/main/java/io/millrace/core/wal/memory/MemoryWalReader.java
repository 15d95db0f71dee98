// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads a log in memory. */
final class MemoryWalReader implements WalReader {
    private final InMemoryWalStore store;
    private final Memory memory;
    private final String log;
    private volatile boolean closed;

    MemoryWalReader(InMemoryWalStore store, Memory memory, String log) {
        this.store = store;
        this.memory = memory;
        this.log = log;
    }

    @Override
    public List<Segment> segments() {
        ensureOpen();
        synchronized (memory) {
            MemoryLog read = memory.logs().get(log);
            return read == null
                    ? List.of()
                    : read.segments.entrySet().stream()
                            .map(segment -> new Segment(
                                    segment.getKey(),
                                    segment.getValue().length(),
                                    segment.getValue().sealed()))
                            .toList();
        }
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        ensureOpen();
        synchronized (memory) {
            MemoryLog read = memory.logs().get(log);
            MemorySegment found = read == null ? null : read.segments.get(segment);
            if (read != null && found == null && segment < read.start().segment()) {
                throw new WalException(
                        Reason.TRIMMED, "segment " + new WalPosition(segment, 0) + " of log '" + log + "' was freed");
            }
            if (found == null) {
                throw new WalException(
                        Reason.CORRUPT, "log '" + log + "' has no segment " + new WalPosition(segment, 0));
            }
            return found.read(offset, into);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void ensureOpen() {
        store.ensureOpen();
        if (closed) {
            throw new WalException(Reason.CLOSED, "the reader of log '" + log + "' is closed");
        }
    }
}
