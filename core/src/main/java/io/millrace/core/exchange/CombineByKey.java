// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.MergeFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of the same key become one combination, begun before the exchange and completed after it.
 *
 * @param nulls whether values may be null; combinations may
 */
public record CombineByKey(
        MapFunction<Object, Object> create,
        MergeFunction<Object, Object> merge,
        ReduceFunction<Object> combine,
        KeyRouting routing,
        boolean nulls)
        implements Exchanger {
    @Override
    public boolean keyed() {
        return routing.byHash();
    }

    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(this, partitions);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        new ReduceByKey(combine, routing, true).merge(buckets, next);
    }

    private static final class Writer extends ExchangeWriter {
        private final CombineByKey how;
        private final @Nullable KeyTable[] tables;
        private boolean nullCombinations;

        Writer(CombineByKey how, int partitions) {
            this.how = how;
            this.tables = new @Nullable KeyTable[partitions];
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            if ((key == null || value == null) && !passes(key, value, how.nulls)) {
                return;
            }
            try {
                combine(key, value);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }

        @SuppressWarnings("NullAway") // a combination may be null
        private void combine(Object key, Object value) throws Exception {
            int hash = KeyTable.hash(key);
            int partition = how.routing.partition(key, hash, tables.length);
            KeyTable table = tables[partition];
            if (table == null) {
                table = new KeyTable(16);
                tables[partition] = table;
            }
            Object before = table.find(key, hash);
            Object after;
            if (before == null && !(nullCombinations && table.has(key, hash))) {
                after = how.create.apply(value);
                table.put(key, hash, after);
            } else {
                after = how.merge.apply(before, value);
                if (after != before) {
                    table.put(key, hash, after);
                }
            }
            nullCombinations |= after == null;
        }

        @Override
        public @Nullable Object[] buckets() {
            return tables.clone();
        }
    }
}
