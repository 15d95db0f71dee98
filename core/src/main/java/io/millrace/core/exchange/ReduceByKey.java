// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of the same key are combined by a function, before the exchange and after it.
 *
 * @param nulls whether values, and what they are combined to, may be null
 */
public record ReduceByKey(ReduceFunction<Object> function, KeyRouting routing, boolean nulls) implements Exchanger {
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
        KeyTable merged = null;
        for (Object bucket : buckets) {
            KeyTable table = (KeyTable) bucket;
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
                Object key = merged.keyAt(place);
                if (key != null) {
                    Object value = merged.valueAt(place);
                    if (value == null && !nulls) {
                        throw ElementFailure.of(
                                key, FunctionOperator.returnedNull("the values of a key must come to something"));
                    }
                    next.push(key, value);
                }
            }
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final ReduceFunction<Object> function;
        private final KeyRouting routing;
        private final boolean nulls;
        private final KeyTable[] tables;

        Writer(ReduceByKey how, int partitions) {
            this.function = how.function;
            this.routing = how.routing;
            this.nulls = how.nulls;
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
            if ((key == null || value == null) && !passes(key, value, nulls)) {
                return;
            }
            try {
                int hash = KeyTable.hash(key);
                tables[routing.partition(key, hash, tables.length)].merge(key, hash, value, function);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
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
