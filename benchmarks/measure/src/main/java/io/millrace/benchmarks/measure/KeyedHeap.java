// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import io.millrace.benchmarks.workload.Keyed;

/** What a key costs in live heap, beyond itself and its value. */
public final class KeyedHeap {
    private final int keys;
    private final long before;
    private final long ofKeysAndValues;

    /** Takes the measure of this JVM before the system is there, and of that many keys and values by themselves. */
    public KeyedHeap(int keys) {
        this.keys = keys;
        String[] names = new String[keys];
        Long[] values = new Long[keys];
        long empty = ThisJvm.liveHeapBytes();
        for (int key = 0; key < keys; key++) {
            names[key] = Keyed.name(key);
            values[key] = 1_000L + key; // none of the values that the JDK shares
        }
        this.ofKeysAndValues = ThisJvm.liveHeapBytes() - empty;
        if (names[keys - 1].isEmpty() || values[keys - 1] == 0) { // a use, so that they live until here
            throw new IllegalStateException("a key has no name");
        }
        names = null;
        values = null;
        this.before = ThisJvm.liveHeapBytes();
    }

    /** Returns the bytes for a key now that the system holds them all. */
    public double bytesPerKey() {
        return (double) (ThisJvm.liveHeapBytes() - before - ofKeysAndValues) / keys;
    }
}
