// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import java.util.BitSet;

/** Which of the numbers from 0 on were seen, and how many more than once. All methods may be called by any thread. */
public final class SeenNumbers {
    private final BitSet seen = new BitSet();
    private long twice;

    /** Makes one that has seen none. */
    public SeenNumbers() {}

    /** Sees a number. */
    public synchronized void add(long number) {
        int index = Math.toIntExact(number);
        if (seen.get(index)) {
            twice++;
        }
        seen.set(index);
    }

    /** How many of the numbers below {@code end} were not seen. */
    public synchronized long missing(long end) {
        int limit = Math.toIntExact(end);
        return end - seen.get(0, limit).cardinality();
    }

    /** How many different numbers were seen. */
    public synchronized long count() {
        return seen.cardinality();
    }

    /** How often a number was seen that had been seen before. */
    public synchronized long twice() {
        return twice;
    }
}
