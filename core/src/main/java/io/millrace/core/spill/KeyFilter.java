// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

/**
 * Which keys may be in the store: a Bloom filter over hashes, so that a key that is new, as most are while a state grows
 * or is loaded, costs no look into the store. A byte a key; one of twenty is thought to be there and is not.
 */
final class KeyFilter {
    private static final int BITS_PER_KEY = 8;

    private final long[] words;
    private final int mask;
    private final long room;
    private long added;

    /** A filter for so many keys. */
    KeyFilter(long keys) {
        long bits = Long.highestOneBit(Math.max(1024, Math.min(keys, 1L << 27) * BITS_PER_KEY) * 2 - 1);
        words = new long[(int) (bits / Long.SIZE)];
        mask = (int) (bits - 1);
        room = bits / BITS_PER_KEY;
    }

    void add(int hash) {
        long mixed = mix(hash);
        set((int) mixed & mask);
        set((int) (mixed >>> 32) & mask);
        added++;
    }

    boolean mayHave(int hash) {
        long mixed = mix(hash);
        return has((int) mixed & mask) && has((int) (mixed >>> 32) & mask);
    }

    /** Whether it has taken as many keys as it was made for: with more it answers worse and worse. */
    boolean full() {
        return added > room;
    }

    private static long mix(int hash) {
        long h = (hash & 0xFFFFFFFFL) * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        return h ^ h >>> 32;
    }

    private void set(int bit) {
        words[bit >>> 6] |= 1L << bit;
    }

    private boolean has(int bit) {
        return (words[bit >>> 6] & 1L << bit) != 0;
    }
}
