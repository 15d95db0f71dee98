// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** A segment in an array, built frame by frame, which a test may then damage. */
final class TestSegment implements SegmentInput {
    static final long ID = 0x0000030000000007L;

    private final long id;
    private final ByteArrayOutputStream built = new ByteArrayOutputStream();
    private final FrameEncoder encoder = new FrameEncoder();
    private final List<Integer> starts = new ArrayList<>();
    private long entries;
    private byte[] bytes = new byte[0];
    private int largestRead = Integer.MAX_VALUE;
    private boolean recycled;

    TestSegment() {
        this(ID);
    }

    TestSegment(long id) {
        this.id = id;
    }

    /** Appends a frame that vouches for everything before {@code durableUpTo}. */
    TestSegment frame(long durableUpTo, byte[]... payloads) {
        return frame(0, durableUpTo, payloads);
    }

    TestSegment frame(int flags, long durableUpTo, byte[]... payloads) {
        encoder.clear();
        for (int i = 0; i < payloads.length; i++) {
            encoder.add(i, 7, payloads[i].length, crc(payloads[i]), ByteBuffer.wrap(payloads[i]));
        }
        starts.add(built.size());
        for (ByteBuffer part : encoder.encode(flags, id, built.size(), durableUpTo, entries, 1_700_000_000_000L)) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            built.writeBytes(copy);
        }
        entries += payloads.length;
        bytes = built.toByteArray();
        return this;
    }

    /** Appends a frame that vouches for all before it, as a log with one append at a time does. */
    TestSegment next(byte[]... payloads) {
        return frame(built.size(), payloads);
    }

    TestSegment raw(byte[] more) {
        built.writeBytes(more);
        bytes = built.toByteArray();
        return this;
    }

    int start(int frame) {
        return starts.get(frame);
    }

    byte[] bytes() {
        return bytes;
    }

    TestSegment cut(int length) {
        bytes = java.util.Arrays.copyOf(built.toByteArray(), length);
        return this;
    }

    TestSegment flip(int at, int bit) {
        bytes = built.toByteArray();
        bytes[at] ^= (byte) (1 << bit);
        return this;
    }

    TestSegment readAtMost(int atOnce) {
        largestRead = atOnce;
        return this;
    }

    /** The medium held another segment here before. */
    TestSegment inOldFile() {
        recycled = true;
        return this;
    }

    static int crc(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    @Override
    public long segment() {
        return id;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public boolean recycled() {
        return recycled;
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        int count = (int) Math.min(Math.min(into.remaining(), largestRead), bytes.length - offset);
        if (count <= 0) {
            return 0;
        }
        into.put(bytes, (int) offset, count);
        return count;
    }
}
