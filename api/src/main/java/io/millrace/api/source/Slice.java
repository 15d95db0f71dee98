// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A range of a byte array. A slice handed to a function is a flyweight: it is moved to the next range when the function
 * returns, so a function that keeps anything keeps a {@linkplain #toByteArray() copy}. Not thread-safe. Equality is by
 * the bytes in the range now.
 *
 * @since 0.1
 */
public final class Slice {
    private static final byte[] EMPTY = {};

    private byte[] array = EMPTY;
    private int offset;
    private int length;

    /** An empty slice, to be {@linkplain #set moved}. */
    public Slice() {}

    /** The whole of {@code array}, which is not copied. */
    public Slice(byte[] array) {
        set(array, 0, array.length);
    }

    /** Moves the slice to {@code array[offset, offset + length)}; the caller answers for the bounds. */
    public void set(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** The array under the slice; only the range is the slice's. Not to be written. */
    public byte[] array() {
        return array;
    }

    /** Where the range begins in {@link #array()}. */
    public int offset() {
        return offset;
    }

    /** How many bytes the range has. */
    public int length() {
        return length;
    }

    /** The byte at {@code index} of the range. */
    public byte byteAt(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("index " + index + " is not in a slice of " + length + " bytes");
        }
        return array[offset + index];
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** The bytes as UTF-8. */
    public String utf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slice that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return "Slice[" + length + " bytes]";
    }
}
