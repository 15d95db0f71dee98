// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes many buffers with few calls: bytes on the heap must pass through memory outside it anyway, so they are gathered
 * in one buffer of a fixed size (the JDK would keep one per thread as large as the largest write). Large buffers that
 * are outside the heap are written as they are.
 */
final class Gather {
    private static final int FIRST_BYTES = 64 << 10;
    private static final int MOST_BYTES = 1 << 20;
    private static final int LARGE = 64 << 10;

    private ByteBuffer staging = ByteBuffer.allocate(0);

    /** Writes the buffers, each from its position to its limit, and returns the offset behind the last byte. */
    long write(SegmentFile file, ByteBuffer[] parts, long at) throws IOException {
        long offset = at;
        prepare(parts);
        for (ByteBuffer part : parts) {
            if (part.isDirect() && part.remaining() >= LARGE) {
                offset = flush(file, offset);
                int length = part.remaining();
                file.write(part.duplicate(), offset);
                offset += length;
            } else {
                offset = stage(file, part, offset);
            }
        }
        return flush(file, offset);
    }

    private void prepare(ByteBuffer[] parts) {
        if (staging.capacity() < MOST_BYTES) {
            long bytes = 0;
            for (ByteBuffer part : parts) {
                bytes += part.remaining();
            }
            if (bytes > staging.capacity()) {
                staging = ByteBuffer.allocateDirect(bytes <= FIRST_BYTES ? FIRST_BYTES : MOST_BYTES);
            }
        }
        staging.clear();
    }

    private long stage(SegmentFile file, ByteBuffer part, long at) throws IOException {
        long offset = at;
        int from = part.position();
        while (from < part.limit()) {
            int length = Math.min(part.limit() - from, staging.remaining());
            staging.put(staging.position(), part, from, length);
            staging.position(staging.position() + length);
            from += length;
            if (!staging.hasRemaining()) {
                offset = flush(file, offset);
            }
        }
        return offset;
    }

    private long flush(SegmentFile file, long at) throws IOException {
        int length = staging.position();
        if (length > 0) {
            file.write(staging.flip(), at);
            staging.clear();
        }
        return at + length;
    }
}
