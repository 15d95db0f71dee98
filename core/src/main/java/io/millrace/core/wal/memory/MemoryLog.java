// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.spi.wal.WalPosition;
import java.util.TreeMap;

/** One log's bytes. Guarded by the {@link Memory} that it is in. */
final class MemoryLog {
    /** Segments by id; ids order as unsigned numbers, and epochs in memory never grow into the sign. */
    final TreeMap<Long, MemorySegment> segments = new TreeMap<>();

    /** The highest epoch that opened it for writing: lower ones are fenced. */
    long fence;

    /** Where the log begins if it has no segments: behind everything that it ever had. */
    WalPosition start = WalPosition.START;

    /** Whether it was deleted and not opened since. */
    boolean deleted;

    WalPosition start() {
        return segments.isEmpty() ? start : new WalPosition(segments.firstKey(), 0);
    }

    WalPosition end() {
        return segments.isEmpty()
                ? start
                : new WalPosition(
                        segments.lastKey(), segments.lastEntry().getValue().length());
    }

    /** The id for the next segment of an epoch; never one that was used. */
    long nextSegment(long epoch) {
        long last = segments.isEmpty() ? start.segment() : segments.lastKey() + 1;
        return Math.max(WalPosition.segment(epoch, 0), last);
    }

    void delete() {
        if (!segments.isEmpty()) {
            start = new WalPosition(segments.lastKey() + 1, 0);
            segments.clear();
        }
        deleted = true;
    }
}
