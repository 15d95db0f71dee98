// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import java.util.Map;
import java.util.TreeMap;

/**
 * The place that in-memory stores keep their logs in, as a disk is for others. Two stores over one {@code Memory} are
 * two processes on one disk: the second fences the first. Everything is guarded by this object's monitor.
 */
public final class Memory {
    static final int DEFAULT_SEGMENT_BYTES = 64 << 20;

    private final int segmentBytes;
    private final Map<String, MemoryLog> logs = new TreeMap<>();
    private long epoch;

    /** An empty place. */
    public Memory() {
        this(DEFAULT_SEGMENT_BYTES);
    }

    /** An empty place whose segments are rolled when they would outgrow {@code segmentBytes}. */
    public Memory(int segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    int segmentBytes() {
        return segmentBytes;
    }

    synchronized long claim() {
        return ++epoch;
    }

    /** Makes {@code used} the epoch unless a higher one exists; returns the one that counts. */
    synchronized long atLeast(long used) {
        epoch = Math.max(epoch, used);
        return epoch;
    }

    synchronized long epoch() {
        return epoch;
    }

    Map<String, MemoryLog> logs() {
        return logs;
    }
}
