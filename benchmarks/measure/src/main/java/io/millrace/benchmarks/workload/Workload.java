// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import java.util.Locale;

/**
 * A stream of records, each a function of its number, and a sum by key over them. Record {@code i} goes to partition
 * {@code i mod} {@value #PARTITIONS}.
 *
 * <p>The answer is checked by one number: the sum, over all keys, of {@code key.hashCode()} (the {@code int} of the
 * key as a string) times the key's total.
 */
public enum Workload {
    /** 100 bytes: a key of 1,000, an amount, padding. Summed: the amount by key. */
    EVENTS {
        @Override
        public byte[] record(long index) {
            return Events.record(index);
        }

        @Override
        public long checksum(long records) {
            return Events.checksum(records);
        }
    },

    /** Ten words of a skewed vocabulary of 100,000, separated by one space. Summed: one by word. */
    WORDS {
        @Override
        public byte[] record(long index) {
            return Words.record(index);
        }

        @Override
        public long checksum(long records) {
            return Words.checksum(records);
        }
    };

    /** How many partitions a topic of records has. */
    public static final int PARTITIONS = 4;

    /** Returns the value of a record, ASCII. */
    public abstract byte[] record(long index);

    /** Returns the checksum of the right answer for the records below a number. */
    public abstract long checksum(long records);

    /** Returns how many of the records below a number are in a partition. */
    public static long recordsIn(int partition, long records) {
        return (records - partition + PARTITIONS - 1) / PARTITIONS;
    }

    /** Returns the name as the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
