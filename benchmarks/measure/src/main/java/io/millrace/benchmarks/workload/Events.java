// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import java.util.Arrays;
import java.util.Locale;

/** Records such as {@code k0042,017,xxx…}: a key of five characters, an amount of three digits, 100 bytes in all. */
final class Events {
    private static final int KEYS = 1_000;
    private static final int LENGTH = 100;

    private Events() {}

    static byte[] record(long index) {
        long bits = Mix.mix(index);
        byte[] record = new byte[LENGTH];
        Arrays.fill(record, (byte) 'x');
        record[0] = 'k';
        putDigits(record, 1, 4, key(bits));
        record[5] = ',';
        putDigits(record, 6, 3, amount(bits));
        record[9] = ',';
        return record;
    }

    static long checksum(long records) {
        long[] totals = new long[KEYS];
        for (long index = 0; index < records; index++) {
            long bits = Mix.mix(index);
            totals[key(bits)] += amount(bits);
        }
        long checksum = 0;
        for (int key = 0; key < KEYS; key++) {
            checksum += totals[key] * String.format(Locale.ROOT, "k%04d", key).hashCode();
        }
        return checksum;
    }

    private static int key(long bits) {
        return (int) Long.remainderUnsigned(bits, KEYS);
    }

    private static int amount(long bits) {
        return (int) (bits >>> 40) & 127;
    }

    private static void putDigits(byte[] record, int offset, int count, int number) {
        int rest = number;
        for (int i = offset + count - 1; i >= offset; i--) {
            record[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
