// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Pairs of a key and an amount that follow from the number of a record alone. */
public enum Keyed {
    /** One key after the other, each once before any comes again: a batch touches as many keys as it has records. */
    ROUND {
        @Override
        public int key(long index, int keys) {
            return (int) (index % keys);
        }
    },

    /** Any key, by chance. */
    MIXED {
        @Override
        public int key(long index, int keys) {
            return (int) Long.remainderUnsigned(Mix.mix(index), keys);
        }
    };

    private static final int FIRST = 100_000_000;

    /** Returns the key of a record, 0 and up. */
    public abstract int key(long index, int keys);

    /** Returns a key as programs have it: ten characters. */
    public static String name(int key) {
        return "k" + (FIRST + key);
    }

    /** Returns the amount of a record, 0 to 127. */
    public static long amount(long index) {
        return Mix.mix(index) >>> 40 & 127;
    }

    /**
     * Returns the right answer by the plainest of programs: the sum, over the keys that records {@code touchedFrom} to
     * {@code until} have, of the key's {@code hashCode} times its total over the records {@code from} to {@code until}.
     */
    public long checksum(long from, long touchedFrom, long until, int keys) {
        Map<Integer, Long> totals = new HashMap<>();
        for (long index = from; index < until; index++) {
            totals.merge(key(index, keys), amount(index), Long::sum);
        }
        long checksum = 0;
        Map<Integer, Boolean> seen = new HashMap<>();
        for (long index = touchedFrom; index < until; index++) {
            int key = key(index, keys);
            if (seen.put(key, true) == null) {
                checksum += name(key).hashCode() * totals.getOrDefault(key, 0L);
            }
        }
        return checksum;
    }

    /** Returns the name as the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
