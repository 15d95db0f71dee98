// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import java.util.Arrays;

/** What a {@link SliceTable} had before it was changed, to take the changes back, the last one first. */
public final class SliceUndo {
    private int[] keys = new int[32];
    private long[] values = new long[16];
    private boolean[] inserted = new boolean[16];
    private int size;

    /** Notes what the key at an offset of the table's bytes had, or that it is new. */
    void note(int offset, int length, long value, boolean isNew) {
        if (size == values.length) {
            keys = Arrays.copyOf(keys, size * 4);
            values = Arrays.copyOf(values, size * 2);
            inserted = Arrays.copyOf(inserted, size * 2);
        }
        keys[size * 2] = offset;
        keys[size * 2 + 1] = length;
        values[size] = value;
        inserted[size++] = isNew;
    }

    /** Takes all changes back. */
    public void rollback(SliceTable table) {
        while (size > 0) {
            size--;
            if (inserted[size]) {
                table.removeNewest(keys[size * 2], keys[size * 2 + 1]);
            } else {
                table.put(table.keyBytes(), keys[size * 2], keys[size * 2 + 1], values[size]);
            }
        }
    }
}
