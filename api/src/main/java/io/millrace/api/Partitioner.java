// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.io.Serializable;

/**
 * Says which partition a key belongs to. Equal keys must give equal answers, in every process.
 *
 * @param <K> the key's type
 * @since 0.1
 */
public interface Partitioner<K> extends Serializable {
    /** How many partitions there are; at least 1 and always the same. */
    int partitions();

    /** The partition of a key, from 0 to {@link #partitions()} exclusive. */
    int partition(K key);
}
