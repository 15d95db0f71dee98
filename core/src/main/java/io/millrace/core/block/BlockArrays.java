// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Lends the arrays that blocks are built in and takes them back, so that a steady stream of blocks allocates nothing:
 * arrays of a block's size are <em>humongous</em> to the garbage collector and cost it far more than their bytes.
 * Lengths are powers of two. Keeps a bounded number of bytes; what is returned beyond that is left to the collector.
 * Thread-safe.
 */
public final class BlockArrays {
    /** What a returned array is filled with if the pool poisons: never a valid block, and easy to see in a dump. */
    public static final byte POISON = (byte) 0xDB;

    private static final int LEAST_SHIFT = 12;
    private static final int GREATEST_SHIFT = 24;

    private final long maxKept;
    private final boolean poison;
    private final ArrayDeque<byte[]>[] free = deques();
    private long kept;

    /**
     * A pool.
     *
     * @param maxKept how many bytes may lie unused
     * @param poison whether a returned array is overwritten, so that a test sees who still reads it
     */
    public BlockArrays(long maxKept, boolean poison) {
        this.maxKept = maxKept;
        this.poison = poison;
    }

    /** An array of at least {@code least} bytes; its content is undefined. */
    public byte[] take(int least) {
        int shift = Math.max(LEAST_SHIFT, 32 - Integer.numberOfLeadingZeros(least - 1));
        if (shift > GREATEST_SHIFT) {
            return new byte[least];
        }
        synchronized (this) {
            byte[] array = free[shift - LEAST_SHIFT].pollLast();
            if (array != null) {
                kept -= array.length;
                return array;
            }
        }
        return new byte[1 << shift];
    }

    /** Takes an array back that nobody reads or writes any longer. Arrays that were not lent here may be given too. */
    public void giveBack(byte[] array) {
        int shift = 31 - Integer.numberOfLeadingZeros(array.length);
        if (poison) {
            Arrays.fill(array, POISON);
        }
        if (shift < LEAST_SHIFT || shift > GREATEST_SHIFT || array.length != 1 << shift) {
            return;
        }
        synchronized (this) {
            if (kept + array.length <= maxKept) {
                kept += array.length;
                free[shift - LEAST_SHIFT].addLast(array);
            }
        }
    }

    /** How many bytes lie unused. */
    public synchronized long kept() {
        return kept;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way to be made
    private static ArrayDeque<byte[]>[] deques() {
        ArrayDeque<byte[]>[] deques = new ArrayDeque[GREATEST_SHIFT - LEAST_SHIFT + 1];
        Arrays.setAll(deques, i -> new ArrayDeque<>());
        return deques;
    }
}
