// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** One segment's frames, each a byte array at its offset. */
final class MemorySegment {
    private final TreeMap<Long, byte[]> frames = new TreeMap<>();
    private long length;
    private boolean sealed;

    void append(byte[] frame) {
        frames.put(length, frame);
        length += frame.length;
    }

    void seal() {
        sealed = true;
    }

    boolean sealed() {
        return sealed;
    }

    long length() {
        return length;
    }

    int read(long offset, ByteBuffer into) {
        int before = into.remaining();
        long at = offset;
        while (into.hasRemaining() && at < length) {
            Map.Entry<Long, byte[]> frame = frames.floorEntry(at);
            int from = (int) (at - frame.getKey());
            int count = Math.min(into.remaining(), frame.getValue().length - from);
            into.put(frame.getValue(), from, count);
            at += count;
        }
        return before - into.remaining();
    }
}
