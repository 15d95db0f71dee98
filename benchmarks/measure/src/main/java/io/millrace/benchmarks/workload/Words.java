// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import java.nio.charset.StandardCharsets;

/** Records such as {@code w17 w4 w86021 …}: low numbers are common, high ones rare. */
final class Words {
    private static final int VOCABULARY = 100_000;
    private static final int WORDS = 10;

    private Words() {}

    static byte[] record(long index) {
        StringBuilder line = new StringBuilder(WORDS * 7);
        for (int position = 0; position < WORDS; position++) {
            if (position > 0) {
                line.append(' ');
            }
            line.append('w').append(word(index, position));
        }
        return line.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static long checksum(long records) {
        long[] totals = new long[VOCABULARY];
        for (long index = 0; index < records; index++) {
            for (int position = 0; position < WORDS; position++) {
                totals[word(index, position)]++;
            }
        }
        long checksum = 0;
        for (int word = 0; word < VOCABULARY; word++) {
            checksum += totals[word] * ("w" + word).hashCode();
        }
        return checksum;
    }

    private static int word(long index, int position) {
        double uniform = (Mix.mix(index * WORDS + position) >>> 11) * 0x1.0p-53;
        return (int) (Math.pow(uniform, 4) * VOCABULARY);
    }
}
