// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;

/**
 * A place in a log. Positions of a log are ordered as its bytes were written.
 *
 * @param segment epoch (upper 24 bits) and sequence number in the epoch (lower 40 bits), compared as unsigned
 * @param offset the byte offset in the segment's frames, from 0
 * @since 0.1
 */
public record WalPosition(long segment, long offset) implements Comparable<WalPosition> {
    /** Before everything. */
    public static final WalPosition START = new WalPosition(0, 0);

    private static final int SEQUENCE_BITS = 40;

    /** The highest epoch that fits a position. */
    public static final long MAX_EPOCH = (1L << 24) - 1;

    /** The id of the segment with this sequence number in this epoch. */
    public static long segment(long epoch, long sequence) {
        if (epoch < 0 || epoch > MAX_EPOCH || sequence < 0 || sequence >>> SEQUENCE_BITS != 0) {
            throw new IllegalArgumentException("epoch " + epoch + " or sequence " + sequence + " is out of range");
        }
        return epoch << SEQUENCE_BITS | sequence;
    }

    /** The epoch that wrote a segment. */
    public static long epochOf(long segment) {
        return segment >>> SEQUENCE_BITS;
    }

    /** The sequence number of a segment in its epoch. */
    public static long sequenceOf(long segment) {
        return segment & ((1L << SEQUENCE_BITS) - 1);
    }

    /** The place {@code bytes} further on in the same segment. */
    public WalPosition plus(long bytes) {
        return new WalPosition(segment, offset + bytes);
    }

    @Override
    public int compareTo(WalPosition other) {
        int bySegment = Long.compareUnsigned(segment, other.segment);
        return bySegment != 0 ? bySegment : Long.compare(offset, other.offset);
    }

    /** Appends the position in its durable format. */
    public void encode(ByteWriter out) {
        out.writeVarint(segment);
        out.writeVarint(offset);
    }

    /** Reads what {@link #encode} wrote. */
    public static WalPosition decode(ByteReader in) {
        return new WalPosition(in.readVarint(), in.readVarint());
    }

    @Override
    public String toString() {
        return epochOf(segment) + "." + sequenceOf(segment) + ":" + offset;
    }
}
