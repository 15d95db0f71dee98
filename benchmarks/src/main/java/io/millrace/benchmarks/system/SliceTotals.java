// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import java.util.Arrays;

/**
 * A hash table of totals by ASCII keys that are given as slices of arrays. A key is copied once, when first seen; its
 * hash is that of the same string. Linear probing, at most half full. For one thread.
 */
final class SliceTotals {
    private byte[][] keys = new byte[1 << 12][];
    private int[] hashes = new int[keys.length];
    private long[] totals = new long[keys.length];
    private int size;

    void add(byte[] bytes, int offset, int length, int hash, long amount) {
        byte[][] table = keys;
        int mask = table.length - 1;
        int slot = spread(hash) & mask;
        byte[] key;
        while ((key = table[slot]) != null) {
            if (hashes[slot] == hash && equal(key, bytes, offset, length)) {
                totals[slot] += amount;
                return;
            }
            slot = (slot + 1) & mask;
        }
        table[slot] = Arrays.copyOfRange(bytes, offset, offset + length);
        hashes[slot] = hash;
        totals[slot] = amount;
        if (++size * 2 > table.length) {
            grow();
        }
    }

    long checksum() {
        long checksum = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            checksum += hashes[slot] * totals[slot];
        }
        return checksum;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 16);
    }

    private static boolean equal(byte[] key, byte[] bytes, int offset, int length) {
        if (key.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (key[i] != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        byte[][] oldKeys = keys;
        int[] oldHashes = hashes;
        long[] oldTotals = totals;
        int mask = oldKeys.length * 2 - 1;
        keys = new byte[mask + 1][];
        hashes = new int[mask + 1];
        totals = new long[mask + 1];
        for (int from = 0; from < oldKeys.length; from++) {
            if (oldKeys[from] == null) {
                continue;
            }
            int slot = spread(oldHashes[from]) & mask;
            while (keys[slot] != null) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = oldKeys[from];
            hashes[slot] = oldHashes[from];
            totals[slot] = oldTotals[from];
        }
    }
}
