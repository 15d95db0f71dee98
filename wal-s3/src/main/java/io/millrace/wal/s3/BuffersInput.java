// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads buffers one behind the other, without a copy of them all and without moving their positions. */
final class BuffersInput extends InputStream {
    private final ByteBuffer[] parts;
    private int current;

    BuffersInput(ByteBuffer... content) {
        parts = new ByteBuffer[content.length];
        for (int i = 0; i < content.length; i++) {
            parts[i] = content[i].duplicate();
        }
    }

    private boolean atEnd() {
        while (current < parts.length && !parts[current].hasRemaining()) {
            current++;
        }
        return current == parts.length;
    }

    @Override
    public int read() {
        return atEnd() ? -1 : parts[current].get() & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (atEnd()) {
            return -1;
        }
        int count = Math.min(length, parts[current].remaining());
        parts[current].get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        return current == parts.length ? 0 : parts[current].remaining();
    }
}
