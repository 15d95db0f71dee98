// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a frame (LF-20). Its checksum covers the place that it was written for, so that a recycled,
 * misplaced or duplicated copy is never taken for the frame of another place.
 *
 * @param flags {@link #LAC_ONLY} and {@link #CLOSE}, or 0
 * @param count how many entries the frame holds
 * @param bodyLength the bytes of the entry table and the payloads, without padding
 * @param tableCrc the CRC-32C of the entry table, which holds those of the payloads
 * @param segment the segment's id
 * @param offset where the frame begins in the segment's frames
 * @param durableUpTo every byte of this segment before here was durable when the frame was made
 * @param firstSequence how many entries its epoch had before this frame
 * @param writtenMillis when it was made, for people
 * @since 0.1
 */
public record FrameHeader(
        int flags,
        int count,
        int bodyLength,
        int tableCrc,
        long segment,
        long offset,
        long durableUpTo,
        long firstSequence,
        long writtenMillis) {
    /** The length of every frame's header. */
    public static final int LENGTH = 64;

    /** What every frame's offset and length are a multiple of. */
    public static final int ALIGNMENT = 8;

    /** The newest version that this class reads, and the one it writes. */
    public static final int VERSION = 1;

    /** Set on a frame that has no entries and only says up to where the log is durable. */
    public static final int LAC_ONLY = 1;

    /** Set on the last frame of a log that was closed in order. */
    public static final int CLOSE = 2;

    static final int MAGIC = 0x4D5246A9;

    private static final int CRC_AT = 4;
    private static final int COVERED_FROM = 8;

    /** How many bytes a frame with this body takes. */
    public static long frameLength(long bodyLength) {
        return (LENGTH + bodyLength + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** How many bytes this frame takes. */
    public int frameLength() {
        return (int) frameLength(bodyLength);
    }

    /** Whether the flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Writes the header at {@code at} of a big-endian buffer that has an array; its position does not move. */
    public void encode(ByteBuffer to, int at) {
        to.putInt(at, MAGIC);
        to.put(at + 8, (byte) VERSION);
        to.put(at + 9, (byte) flags);
        to.putShort(at + 10, (short) LENGTH);
        to.putInt(at + 12, bodyLength);
        to.putInt(at + 16, count);
        to.putInt(at + 20, tableCrc);
        to.putLong(at + 24, segment);
        to.putLong(at + 32, offset);
        to.putLong(at + 40, durableUpTo);
        to.putLong(at + 48, firstSequence);
        to.putLong(at + 56, writtenMillis);
        to.putInt(at + CRC_AT, checksum(to.array(), to.arrayOffset() + at));
    }

    /** Whether a frame header may begin here: the cheap test before the others. */
    static boolean magicAt(ByteBuffer from, int at) {
        return from.getInt(at) == MAGIC;
    }

    /** Whether the 64 bytes are a header as it was written, of any version. */
    static boolean intactAt(ByteBuffer from, int at) {
        return magicAt(from, at) && from.getInt(at + CRC_AT) == checksum(from.array(), from.arrayOffset() + at);
    }

    /** The version of an intact header. */
    static int versionAt(ByteBuffer from, int at) {
        return from.get(at + 8) & 0xFF;
    }

    /** Reads an intact header of a known version. */
    static FrameHeader decode(ByteBuffer from, int at) {
        return new FrameHeader(
                from.get(at + 9) & 0xFF,
                from.getInt(at + 16),
                from.getInt(at + 12),
                from.getInt(at + 20),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40),
                from.getLong(at + 48),
                from.getLong(at + 56));
    }

    /** What makes an intact header impossible at this place, or null. */
    @Nullable
    String problemAt(long expectedSegment, long expectedOffset) {
        if (segment != expectedSegment || offset != expectedOffset) {
            return String.format(
                    Locale.ROOT,
                    "a frame of segment %016x offset %d stands at segment %016x offset %d",
                    segment,
                    offset,
                    expectedSegment,
                    expectedOffset);
        }
        long table = (long) count * EntryTable.ENTRY;
        if (count < 0 || bodyLength < table || frameLength(bodyLength) > Integer.MAX_VALUE) {
            return "a frame of " + count + " entries and " + bodyLength + " bytes is impossible";
        }
        if (durableUpTo < 0 || durableUpTo > offset) {
            return "a frame at offset " + offset + " cannot vouch for offset " + durableUpTo;
        }
        return null;
    }

    private static int checksum(byte[] bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at + COVERED_FROM, LENGTH - COVERED_FROM);
        return (int) crc.getValue();
    }
}
