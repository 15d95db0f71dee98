// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.state.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store in memory, which is full after a number of writes. */
final class HeapStateStore implements StateStore {
    private final AtomicLong room;
    private final List<HeapTable> tables = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private volatile boolean swallowing;

    HeapStateStore(long writes) {
        room = new AtomicLong(writes);
    }

    @Override
    public HeapTable table(String state, int partition) {
        HeapTable table = new HeapTable();
        tables.add(table);
        return table;
    }

    /** From now on nothing can be written. */
    void fill() {
        room.set(0);
    }

    /** From now on what consumers throw is lost. */
    void swallow() {
        swallowing = true;
    }

    @Override
    public long bytes() {
        return tables.stream().mapToLong(HeapTable::bytes).sum();
    }

    /** All keys and values; when nobody changes them. */
    List<byte[]> everything() {
        List<byte[]> all = new ArrayList<>();
        for (HeapTable table : tables) {
            all.addAll(table.entries.keySet());
            all.addAll(table.entries.values());
        }
        return all;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** A table. */
    final class HeapTable implements Table {
        private final Map<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

        @Override
        public byte @Nullable [] get(byte[] key) {
            return entries.get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            if (room.getAndDecrement() <= 0) {
                throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the heap's disk is full");
            }
            entries.put(key, value);
        }

        @Override
        public boolean remove(byte[] key) {
            return entries.remove(key) != null;
        }

        @Override
        public void forEach(EntryConsumer consumer) {
            entries.forEach((key, value) -> {
                try {
                    consumer.accept(key, value);
                } catch (RuntimeException e) {
                    if (!swallowing) {
                        throw e;
                    }
                }
            });
        }

        @Override
        public long size() {
            return entries.size();
        }

        Map<byte[], byte[]> entries() {
            return entries;
        }

        private long bytes() {
            long sum = 0;
            for (Map.Entry<byte[], byte[]> entry : entries.entrySet()) {
                sum += entry.getKey().length + entry.getValue().length;
            }
            return sum;
        }
    }
}
