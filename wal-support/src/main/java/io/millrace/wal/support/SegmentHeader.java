// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 128 bytes of a segment (LF-10): whose it is, and where the segment before it ended. Offsets of frames count
 * from behind it.
 *
 * @param log the log's own random id, so that a segment of another log is never taken for one of this
 * @param segment the segment's id
 * @param previous the id of the segment before it, whatever epoch wrote that; 0 if it is the log's first
 * @param previousEnd where the frames of {@code previous} end: bytes behind it do not count, bytes missing before it
 *     are lost
 * @param createdMillis when it was made, for people
 * @param writer a hash of who made it, for people
 * @param flags {@link #RECYCLED}, or 0
 * @since 0.1
 */
public record SegmentHeader(
        UUID log, long segment, long previous, long previousEnd, long createdMillis, long writer, int flags) {
    /** The length of every segment's header. */
    public static final int LENGTH = 128;

    /** The newest version that this class reads, and the one it writes. */
    public static final int VERSION = 1;

    /** Set if the file held another segment before, so that bytes behind the frames say nothing. */
    public static final int RECYCLED = 1;

    static final int MAGIC = 0x4D5253A9;

    private static final int COVERED_FROM = 8;

    /** What the first bytes of a segment are. */
    public enum Kind {
        /** A header that {@link #decode} can read. */
        INTACT,
        /** A header of a later version of the format. */
        NEWER_VERSION,
        /** Something else: a header whose writing was cut short, damage, or a foreign file. */
        INVALID
    }

    /** Whether the flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The header's bytes, ready to be written. */
    public ByteBuffer encode() {
        ByteBuffer to = ByteBuffer.allocate(LENGTH);
        to.putInt(0, MAGIC);
        to.put(8, (byte) VERSION);
        to.put(9, (byte) flags);
        to.putShort(10, (short) LENGTH);
        to.putLong(16, log.getMostSignificantBits());
        to.putLong(24, log.getLeastSignificantBits());
        to.putLong(32, segment);
        to.putLong(40, previous);
        to.putLong(48, previousEnd);
        to.putLong(56, createdMillis);
        to.putLong(64, writer);
        to.putInt(4, checksum(to));
        return to;
    }

    /** What the bytes from 0 to the buffer's limit are. */
    public static Kind kindOf(ByteBuffer from) {
        if (from.limit() < LENGTH || from.getInt(0) != MAGIC || from.getInt(4) != checksum(from)) {
            return Kind.INVALID;
        }
        return (from.get(8) & 0xFF) > VERSION ? Kind.NEWER_VERSION : Kind.INTACT;
    }

    /** Reads an {@linkplain Kind#INTACT intact} header from the beginning of a buffer. */
    public static SegmentHeader decode(ByteBuffer from) {
        return new SegmentHeader(
                new UUID(from.getLong(16), from.getLong(24)),
                from.getLong(32),
                from.getLong(40),
                from.getLong(48),
                from.getLong(56),
                from.getLong(64),
                from.get(9) & 0xFF);
    }

    private static int checksum(ByteBuffer of) {
        CRC32C crc = new CRC32C();
        crc.update(of.duplicate().position(COVERED_FROM).limit(LENGTH));
        return (int) crc.getValue();
    }
}
