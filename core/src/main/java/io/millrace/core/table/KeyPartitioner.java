// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

/** Which partition a key belongs to. Decided anew by each process: nothing on disk depends on it. */
public final class KeyPartitioner {
    private KeyPartitioner() {}

    /** The partition of a hash; uses its upper bits, since tables use the lower. */
    public static int partition(int hash, int partitions) {
        return (int) (((hash & 0xFFFFFFFFL) * partitions) >>> 32);
    }
}
