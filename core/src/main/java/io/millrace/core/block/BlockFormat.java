// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The numbers of {@code docs/spec/block-format.md}. */
final class BlockFormat {
    static final int VERSION = 1;

    // BF-02: the header
    static final int VERSION_AT = 0;
    static final int RECORDS_AT = 4;
    static final int MIN_TIMESTAMP_AT = 8;
    static final int MAX_TIMESTAMP_AT = 16;
    static final int TABLE_AT = 24;
    static final int LENGTH_AT = 28;
    static final int HEADER_BYTES = 32;

    /** No record has more than this beside its key, value and headers: seven varints, of which two have 64 bits. */
    static final int MAX_RECORD_OVERHEAD = 5 * 5 + 2 * 10;

    static final long NO_TIMESTAMP = -1;

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Shows six varints of one byte each, which nearly every record begins with, at once. */
    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private BlockFormat() {}

    static int varintBytes(long value) {
        return (640 - 9 * Long.numberOfLeadingZeros(value)) >>> 6;
    }

    static int varintBytes(int value) {
        return (352 - 9 * Integer.numberOfLeadingZeros(value)) >>> 6;
    }

    static long zigZag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    static long unZigZag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    /** Writes an unsigned varint and returns the index after it. */
    static int writeVarint(byte[] to, int at, long value) {
        int next = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        return next;
    }
}
