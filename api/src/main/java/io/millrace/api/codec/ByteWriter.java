// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes with the primitives that Millrace's formats are made of: big-endian fixed numbers, unsigned
 * and zigzag varints (LEB128, as in Protocol Buffers), and length-prefixed strings and byte strings. Not thread-safe.
 *
 * @since 0.1
 */
public final class ByteWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Shorter strings are quicker char by char. */
    private static final int SHORT = 16;

    private byte[] bytes;
    private int size;

    /** A writer that holds {@code capacity} bytes before it grows. */
    public ByteWriter(int capacity) {
        this.bytes = new byte[Math.max(16, capacity)];
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /** The array written to, valid up to {@link #size()} and until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Forgets what was written from {@code newSize} on. */
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IllegalArgumentException("size " + newSize + " is not in [0, " + size + "]");
        }
        size = newSize;
    }

    /** Forgets everything. */
    public void clear() {
        size = 0;
    }

    /** Writes the low eight bits. */
    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Writes four bytes. */
    public void writeInt(int value) {
        ensure(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    /** Writes eight bytes. */
    public void writeLong(long value) {
        ensure(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    /** Writes an unsigned varint; a negative number takes ten bytes. */
    public void writeVarint(long value) {
        ensure(10);
        byte[] to = bytes;
        int at = size;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        size = at;
    }

    /** Writes a signed varint, small for numbers near zero. */
    public void writeZigZag(long value) {
        writeVarint((value << 1) ^ (value >> 63));
    }

    /** Writes the length (varint) and then the bytes. */
    public void writeBytes(byte[] value) {
        writeBytes(value, 0, value.length);
    }

    /** Writes the length (varint) and then the bytes of the range. */
    public void writeBytes(byte[] value, int offset, int length) {
        writeVarint(length);
        writeRaw(value, offset, length);
    }

    /** Writes the bytes of the range, without a length. */
    public void writeRaw(byte[] value, int offset, int length) {
        ensure(length);
        System.arraycopy(value, offset, bytes, size, length);
        size += length;
    }

    /**
     * Writes the length in bytes (varint) and then the string in UTF-8. One half of a surrogate pair without the other, for
     * which UTF-8 has nothing, takes the three bytes of its number, so that {@link ByteReader#readString} gives every
     * string back.
     */
    public void writeString(String value) {
        int length = value.length();
        ensure(length + 10);
        if (length > SHORT || !writeShortAscii(value, length)) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            if (utf8.length != length || !writeAscii(value, utf8)) {
                byte[] exact = Utf8.exact(value, utf8);
                writeBytes(exact, 0, exact.length);
            }
        }
    }

    private boolean writeShortAscii(String value, int length) {
        byte[] to = bytes;
        int at = size + 1;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return false;
            }
            to[at + i] = (byte) c;
        }
        to[size] = (byte) length;
        size = at + length;
        return true;
    }

    @SuppressWarnings("deprecation") // that it takes the lower half of each char is what it is here for
    private boolean writeAscii(String value, byte[] utf8) {
        int before = size;
        writeVarint(utf8.length);
        value.getBytes(0, utf8.length, bytes, size);
        boolean exact = Utf8.ascii(value, utf8, bytes, size);
        size = exact ? size + utf8.length : before;
        return exact;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            int needed = Math.addExact(size, more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, bytes.length * 2L)));
        }
    }
}
