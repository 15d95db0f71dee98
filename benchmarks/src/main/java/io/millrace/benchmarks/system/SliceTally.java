// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.workload.Workload;

/** The two workloads on bytes. Keys are found and hashed in one pass. */
abstract class SliceTally {
    final SliceTotals totals = new SliceTotals();

    static SliceTally of(Workload workload) {
        return workload == Workload.EVENTS ? new Events() : new Words();
    }

    /** Adds the record in a part of an array. */
    abstract void add(byte[] bytes, int offset, int length);

    final long checksum() {
        return totals.checksum();
    }

    private static final class Events extends SliceTally {
        @Override
        void add(byte[] bytes, int offset, int length) {
            int hash = 0;
            for (int i = offset; i < offset + 5; i++) {
                hash = 31 * hash + bytes[i];
            }
            int amount = 100 * bytes[offset + 6] + 10 * bytes[offset + 7] + bytes[offset + 8] - 111 * '0';
            totals.add(bytes, offset, 5, hash, amount);
        }
    }

    private static final class Words extends SliceTally {
        @Override
        void add(byte[] bytes, int offset, int length) {
            int end = offset + length;
            int start = offset;
            int hash = 0;
            for (int i = offset; i < end; i++) {
                byte character = bytes[i];
                if (character == ' ') {
                    totals.add(bytes, start, i - start, hash, 1);
                    start = i + 1;
                    hash = 0;
                } else {
                    hash = 31 * hash + character;
                }
            }
            totals.add(bytes, start, end - start, hash, 1);
        }
    }
}
