// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

/** The totals of one thread. */
interface Tally<V> {
    /** Adds a record's value. */
    void add(V value);

    /** Returns this thread's part of the checksum. */
    long checksum();
}
