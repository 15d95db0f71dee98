// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The entries of a chunk by the partition that they belong to: decoded on any thread, for as many others to take in. */
final class KeyedChunk {
    private final Part[] parts;
    private final long mark;

    private static final class Part {
        private Object[] keys = new Object[64];
        private @Nullable Object[] values = new Object[64];
        private int[] hashes = new int[64];
        private int size;

        void add(Object key, int hash, @Nullable Object value) {
            if (size == hashes.length) {
                keys = Arrays.copyOf(keys, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            keys[size] = key;
            values[size] = value;
            hashes[size] = hash;
            size++;
        }
    }

    KeyedChunk(ChunkReader chunk, int partitions) {
        parts = new Part[partitions];
        Arrays.setAll(parts, partition -> new Part());
        chunk.forEach((key, value) -> {
            int hash = KeyTable.hash(key);
            parts[KeyPartitioner.partition(hash, partitions)].add(key, hash, value);
        });
        mark = chunk.mark();
    }

    /** The number that the chunk carries for the state's own use. */
    long mark() {
        return mark;
    }

    /** Brings a partition up to date. */
    void apply(int partition, StateTable table) {
        Part part = parts[partition];
        for (int i = 0; i < part.size; i++) {
            Object value = part.values[i];
            if (value == null) {
                table.remove(part.keys[i], part.hashes[i]);
            } else {
                table.put(part.keys[i], part.hashes[i], value);
            }
        }
    }
}
