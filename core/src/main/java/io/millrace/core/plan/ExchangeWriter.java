// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.api.Pair;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.graph.Node.Combine;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.SliceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a task before an exchange: combines what it is given in one bucket per partition of the next stage. What is
 * handed over is the table itself; nothing is copied or serialized within a process.
 */
abstract class ExchangeWriter extends Operator {
    /** The buckets, one for each partition; null where nothing came. */
    abstract @Nullable Object[] buckets();

    /** A writer for one task. */
    static ExchangeWriter of(Combine combine, int partitions) {
        if (combine instanceof Combine.ByKey byKey) {
            return new ByKey(byKey.function(), partitions);
        } else if (combine instanceof Combine.BySlice bySlice) {
            return new BySlice(bySlice.function(), partitions);
        }
        return new Count();
    }

    /** Combines the buckets of one partition and pushes the result. */
    static void merge(Combine combine, List<@Nullable Object> buckets, Operator next) throws Exception {
        if (combine instanceof Combine.ByKey byKey) {
            mergeKeys(byKey.function(), buckets, next);
        } else if (combine instanceof Combine.BySlice bySlice) {
            mergeSlices(bySlice.function(), buckets, next);
        } else {
            long count = 0;
            for (Object bucket : buckets) {
                count += bucket == null ? 0 : (Long) bucket;
            }
            next.push(count);
        }
    }

    private static void mergeKeys(ReduceFunction<Object> function, List<@Nullable Object> buckets, Operator next)
            throws Exception {
        KeyTable merged = null;
        for (Object bucket : buckets) {
            KeyTable table = (KeyTable) bucket;
            if (merged == null || table == null) {
                merged = merged == null ? table : merged;
            } else if (merged.size() < table.size()) {
                table.mergeAll(merged, function);
                merged = table;
            } else {
                merged.mergeAll(table, function);
            }
        }
        if (merged != null) {
            for (int place = 0, capacity = merged.capacity(); place < capacity; place++) {
                Object key = merged.keyAt(place);
                if (key != null) {
                    next.push(key, merged.valueAt(place));
                }
            }
        }
    }

    private static void mergeSlices(LongReduceFunction function, List<@Nullable Object> buckets, Operator next)
            throws Exception {
        SliceTable merged = null;
        for (Object bucket : buckets) {
            SliceTable table = (SliceTable) bucket;
            if (merged == null || table == null) {
                merged = merged == null ? table : merged;
            } else if (merged.size() < table.size()) {
                table.mergeAll(merged, function);
                merged = table;
            } else {
                merged.mergeAll(table, function);
            }
        }
        if (merged != null) {
            for (int place = 0, capacity = merged.capacity(); place < capacity; place++) {
                if (merged.has(place)) {
                    next.push(merged.keyBytes(), merged.keyOffset(place), merged.keyLength(place), merged.value(place));
                }
            }
        }
    }

    private static final class ByKey extends ExchangeWriter {
        private final ReduceFunction<Object> function;
        private final KeyTable[] tables;

        ByKey(ReduceFunction<Object> function, int partitions) {
            this.function = function;
            this.tables = new KeyTable[partitions];
            for (int p = 0; p < partitions; p++) {
                tables[p] = new KeyTable(16);
            }
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            int hash = KeyTable.hash(key);
            tables[KeyPartitioner.partition(hash, tables.length)].merge(key, hash, value, function);
        }

        @Override
        @Nullable
        Object[] buckets() {
            @Nullable Object[] buckets = new @Nullable Object[tables.length];
            for (int p = 0; p < tables.length; p++) {
                buckets[p] = tables[p].size() == 0 ? null : tables[p];
            }
            return buckets;
        }
    }

    private static final class BySlice extends ExchangeWriter {
        private final LongReduceFunction function;
        private final SliceTable[] tables;

        BySlice(LongReduceFunction function, int partitions) {
            this.function = function;
            this.tables = new SliceTable[partitions];
            for (int p = 0; p < partitions; p++) {
                tables[p] = new SliceTable(16);
            }
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) {
            long prefix = SliceTable.prefix(bytes, offset, length);
            int hash = SliceTable.hash(bytes, offset, length, prefix);
            tables[KeyPartitioner.partition(hash, tables.length)].merge(
                    bytes, offset, length, prefix, hash, value, function);
        }

        @Override
        @Nullable
        Object[] buckets() {
            @Nullable Object[] buckets = new @Nullable Object[tables.length];
            for (int p = 0; p < tables.length; p++) {
                buckets[p] = tables[p].size() == 0 ? null : tables[p];
            }
            return buckets;
        }
    }

    private static final class Count extends ExchangeWriter {
        private long count;

        @Override
        public void push(Object element) {
            count++;
        }

        @Override
        public void push(Object key, Object value) {
            count++;
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) {
            count++;
        }

        @Override
        @Nullable
        Object[] buckets() {
            return new @Nullable Object[] {count};
        }
    }
}
