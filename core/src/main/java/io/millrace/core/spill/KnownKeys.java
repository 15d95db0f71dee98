// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of keys that are in the store, by hash: of all while they are few, then of those whose hashes end in zeros. The
 * store finds a key by its bytes alone; this finds one that is equal and has others.
 */
final class KnownKeys {
    private static final int MOST_BYTES = 128 << 10;
    private static final int ENTRY_BYTES = 80;

    private final Map<Integer, byte[]> keys = new HashMap<>();
    private int mask;
    private long bytes;

    /** A key was written. */
    void add(int hash, byte[] key) {
        if ((hash & mask) != 0) {
            return;
        }
        byte[] before = keys.put(hash, key);
        bytes += key.length - (before == null ? -ENTRY_BYTES : before.length);
        while (bytes > MOST_BYTES && mask != -1) {
            mask = mask << 1 | 1;
            keys.keySet().removeIf(known -> (known & mask) != 0);
            bytes = keys.values().stream()
                    .mapToLong(one -> ENTRY_BYTES + one.length)
                    .sum();
        }
    }

    void remove(int hash) {
        byte[] before = keys.remove(hash);
        bytes -= before == null ? 0 : ENTRY_BYTES + before.length;
    }

    /** A key of this hash that was written, if it is known. */
    byte @Nullable [] of(int hash) {
        return keys.get(hash);
    }
}
