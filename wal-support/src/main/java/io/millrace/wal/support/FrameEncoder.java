// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Builds one frame as a list of buffers: header and entry table in a buffer of its own, then the payloads as they were
 * given, then padding. Payloads are neither copied nor read: their checksums come with them. Reusable after
 * {@link #clear()}. Not thread-safe.
 *
 * @since 0.1
 */
public final class FrameEncoder {
    /** How many bytes of a frame an entry takes besides its payload. */
    public static final int ENTRY_OVERHEAD = EntryTable.ENTRY;

    private static final ByteBuffer PADDING =
            ByteBuffer.allocate(FrameHeader.ALIGNMENT).asReadOnlyBuffer();

    private ByteBuffer head = ByteBuffer.allocate(FrameHeader.LENGTH + 64 * EntryTable.ENTRY);
    private ByteBuffer[] payloads = new ByteBuffer[64];
    private int payloadCount;
    private int count;
    private long payloadBytes;

    /** An encoder without entries. */
    public FrameEncoder() {}

    /** Forgets the entries. */
    public void clear() {
        head.clear();
        Arrays.fill(payloads, 0, payloadCount, null);
        payloadCount = 0;
        count = 0;
        payloadBytes = 0;
    }

    /**
     * Adds an entry. The buffers are the encoder's until the frame is written: their positions are set to 0 at every
     * {@link #encode}.
     *
     * @param length how many bytes the buffers hold together, from 0 to their limits
     * @param crc the {@linkplain CRC32C CRC-32C} of these bytes
     */
    public void add(int type, int stream, int length, int crc, ByteBuffer... payload) {
        if (frameLength() + EntryTable.ENTRY + length > Integer.MAX_VALUE - FrameHeader.ALIGNMENT) {
            throw new IllegalArgumentException("a frame cannot hold " + length + " bytes more than " + frameLength());
        }
        int at = FrameHeader.LENGTH + count * EntryTable.ENTRY;
        if (at + EntryTable.ENTRY > head.capacity()) {
            head = ByteBuffer.wrap(Arrays.copyOf(head.array(), head.capacity() * 2));
        }
        EntryTable.put(head, at, length, crc, type, stream);
        count++;
        payloadBytes += length;
        if (payloadCount + payload.length > payloads.length) {
            payloads = Arrays.copyOf(payloads, Math.max(payloads.length * 2, payloadCount + payload.length));
        }
        for (ByteBuffer part : payload) {
            payloads[payloadCount++] = part;
        }
    }

    /** How many entries were added. */
    public int count() {
        return count;
    }

    /** How many bytes the frame takes with what was added. */
    public long frameLength() {
        return FrameHeader.frameLength((long) count * EntryTable.ENTRY + payloadBytes);
    }

    /** Where the payloads begin, from the beginning of the frame. */
    public int payloadStart() {
        return FrameHeader.LENGTH + count * EntryTable.ENTRY;
    }

    /**
     * The frame for one place. The buffers are valid until the encoder is used again; the caller that writes them may move their
     * positions.
     */
    public ByteBuffer[] encode(
            int flags, long segment, long offset, long durableUpTo, long firstSequence, long writtenMillis) {
        int table = count * EntryTable.ENTRY;
        int body = Math.toIntExact(table + payloadBytes);
        int crc = EntryTable.checksum(head.array(), FrameHeader.LENGTH, table);
        new FrameHeader(flags, count, body, crc, segment, offset, durableUpTo, firstSequence, writtenMillis)
                .encode(head, 0);
        head.limit(FrameHeader.LENGTH + table).position(0);
        int padding = (int) frameLength() - FrameHeader.LENGTH - body;
        ByteBuffer[] frame = new ByteBuffer[1 + payloadCount + (padding == 0 ? 0 : 1)];
        frame[0] = head;
        for (int i = 0; i < payloadCount; i++) {
            frame[i + 1] = payloads[i].rewind();
        }
        if (padding != 0) {
            frame[payloadCount + 1] = PADDING.slice(0, padding);
        }
        return frame;
    }
}
