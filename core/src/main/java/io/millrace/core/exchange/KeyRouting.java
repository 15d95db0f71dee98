// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Partitioner;
import io.millrace.core.failure.Failures;
import io.millrace.core.table.KeyPartitioner;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Which partition a key goes to: by its hash, or where the program's partitioner says. */
public final class KeyRouting implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200;

    /** By hash. */
    public static final KeyRouting HASH = new KeyRouting(null);

    private final @Nullable Partitioner<Object> partitioner;

    private KeyRouting(@Nullable Partitioner<Object> partitioner) {
        this.partitioner = partitioner;
    }

    /** By a partitioner of the program's. */
    public static KeyRouting by(Partitioner<Object> partitioner) {
        return new KeyRouting(partitioner);
    }

    boolean byHash() {
        return partitioner == null;
    }

    int partition(Object key, int hash, int partitions) {
        if (partitioner == null) {
            return KeyPartitioner.partition(hash, partitions);
        }
        int chosen = partitioner.partition(key);
        if (chosen < 0 || chosen >= partitions) {
            throw new IllegalArgumentException("the partitioner puts key '" + Failures.shown(key, SHOWN)
                    + "' into partition " + chosen + ", but there are " + partitions + ", numbered from 0");
        }
        return chosen;
    }
}
