// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote, from a range of an array. Reading past the range throws a
 * {@link MillraceException} of code {@link ErrorCode#CORRUPT_DATA}. Not thread-safe.
 *
 * @since 0.1
 */
public final class ByteReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int at;
    private int end;

    /** Reads the whole array. */
    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads {@code bytes[offset, offset + length)}. */
    public ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        reset(bytes, offset, length);
    }

    /** Starts again on another range. */
    public void reset(byte[] array, int offset, int length) {
        if (offset < 0 || length < 0 || offset > array.length - length) {
            throw new IndexOutOfBoundsException(
                    "range [" + offset + ", +" + length + ") is outside an array of " + array.length + " bytes");
        }
        this.bytes = array;
        this.at = offset;
        this.end = offset + length;
    }

    /** The array that is read. */
    public byte[] array() {
        return bytes;
    }

    /** The index in {@link #array()} of the next byte. */
    public int position() {
        return at;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - at;
    }

    /** Passes over {@code length} bytes. */
    public void skip(int length) {
        need(length);
        at += length;
    }

    /** Reads one byte, 0 to 255. */
    public int readByte() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    /** Reads four bytes. */
    public int readInt() {
        need(4);
        int value = (int) INT.get(bytes, at);
        at += 4;
        return value;
    }

    /** Reads eight bytes. */
    public long readLong() {
        need(8);
        long value = (long) LONG.get(bytes, at);
        at += 8;
        return value;
    }

    /** Reads an unsigned varint. */
    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MillraceException(ErrorCode.CORRUPT_DATA, "a varint is longer than ten bytes");
    }

    /** Reads an unsigned varint that must fit a non-negative {@code int}, such as a length or a count. */
    public int readVarint32() {
        long value = readVarint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MillraceException(ErrorCode.CORRUPT_DATA, "a length of " + value + " is impossible");
        }
        return (int) value;
    }

    /** Reads a signed varint. */
    public long readZigZag() {
        long value = readVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** Reads a length and that many bytes. */
    public byte[] readBytes() {
        int length = readVarint32();
        need(length);
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /**
     * Reads a length and that many bytes of UTF-8, and what {@link ByteWriter#writeString} writes for half of a surrogate
     * pair; other bytes that are not UTF-8 are replaced by U+FFFD.
     */
    public String readString() {
        int length = readVarint32();
        need(length);
        String value = Utf8.decode(bytes, at, length);
        at += length;
        return value;
    }

    private void need(int length) {
        if (length < 0 || length > end - at) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA, "needed " + length + " more bytes, but only " + (end - at) + " are left");
        }
    }
}
