// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a {@link StateTable} had before it was changed, to take the changes back, the last one first. */
public final class KeyUndo {
    private @Nullable Object[] entries = new @Nullable Object[32];
    private int[] hashes = new int[16];
    private int size;

    /** Notes what a key had; null if it was not there. */
    public void note(Object key, int hash, @Nullable Object value) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, size * 2);
            entries = Arrays.copyOf(entries, size * 4);
        }
        entries[size * 2] = key;
        entries[size * 2 + 1] = value;
        hashes[size++] = hash;
    }

    /** Takes all changes back. */
    public void rollback(StateTable table) {
        while (size > 0) {
            size--;
            Object key = entries[size * 2];
            Object value = entries[size * 2 + 1];
            if (key != null && value == null) {
                table.remove(key, hashes[size]);
            } else if (key != null && value != null) {
                table.put(key, hashes[size], value);
            }
        }
    }
}
