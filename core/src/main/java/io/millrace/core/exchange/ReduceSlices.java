// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.source.Slice;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.SliceTable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers of the same byte-string are combined by a function, before the exchange and after it. */
public record ReduceSlices(LongReduceFunction function) implements Exchanger {
    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(function, partitions);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        SliceTable merged = null;
        for (Object bucket : buckets) {
            SliceTable table = (SliceTable) bucket;
            if (merged == null) {
                merged = table;
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

    private static final class Writer extends ExchangeWriter {
        private final LongReduceFunction function;
        private final SliceTable[] tables;

        Writer(LongReduceFunction function, int partitions) {
            this.function = function;
            this.tables = new SliceTable[partitions];
            for (int p = 0; p < partitions; p++) {
                tables[p] = new SliceTable(16);
            }
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) throws Exception {
            long prefix = SliceTable.prefix(bytes, offset, length);
            int hash = SliceTable.hash(bytes, offset, length, prefix);
            try {
                tables[KeyPartitioner.partition(hash, tables.length)].merge(
                        bytes, offset, length, prefix, hash, value, function);
            } catch (Throwable thrown) {
                throw combining(Pair.of(new Slice(Arrays.copyOfRange(bytes, offset, offset + length)), value), thrown);
            }
        }

        @Override
        public @Nullable Object[] buckets() {
            @Nullable Object[] buckets = new @Nullable Object[tables.length];
            for (int p = 0; p < tables.length; p++) {
                buckets[p] = tables[p].size() == 0 ? null : tables[p];
            }
            return buckets;
        }
    }
}
