// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Joins;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of two streams, by key: what comes through {@link Side} 0 and what comes through {@link Side} 1. Pushes each
 * key with a {@link Both}.
 */
public record Join() implements Exchanger {
    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(partitions);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        KeyTable all = null;
        for (Object bucket : buckets) {
            KeyTable table = (KeyTable) bucket;
            if (all == null) {
                all = table;
            } else {
                all.mergeAll(table, (left, right) -> ((Both) left).addAll((Both) right));
            }
        }
        if (all != null) {
            for (int place = 0, capacity = all.capacity(); place < capacity; place++) {
                Object key = all.keyAt(place);
                if (key != null) {
                    next.push(key, all.valueAt(place));
                }
            }
        }
    }

    /** The values that a key has on either side. */
    public static final class Both implements Joins.Sides {
        private final List<Object> left = new ArrayList<>(2);
        private final List<Object> right = new ArrayList<>(2);

        @Override
        public List<Object> left() {
            return left;
        }

        @Override
        public List<Object> right() {
            return right;
        }

        Both addAll(Both other) {
            left.addAll(other.left);
            right.addAll(other.right);
            return this;
        }
    }

    /** Says which stream a pair is of. */
    public static final class Side extends FunctionOperator {
        private final boolean left;
        private final boolean nulls;
        private final Writer writer;

        /**
         * The last operator of one stream before the exchange.
         *
         * @param nulls whether values may be null
         * @param next the writer
         */
        public Side(boolean left, boolean nulls, Operator next) {
            this.left = left;
            this.nulls = nulls;
            this.writer = (Writer) next;
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            if (key == null || (value == null && !nulls)) {
                refuse(Pair.of(key, value), key == null ? "the key" : "the value, of which an Optional is to be made,");
                return;
            }
            try {
                Both both = writer.both(key);
                (left ? both.left : both.right).add(value);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final @Nullable KeyTable[] tables;

        Writer(int partitions) {
            this.tables = new @Nullable KeyTable[partitions];
        }

        Both both(Object key) {
            int hash = KeyTable.hash(key);
            int partition = KeyRouting.HASH.partition(key, hash, tables.length);
            KeyTable table = tables[partition];
            if (table == null) {
                table = new KeyTable(16);
                tables[partition] = table;
            }
            Both both = (Both) table.find(key, hash);
            if (both == null) {
                both = new Both();
                table.put(key, hash, both);
            }
            return both;
        }

        @Override
        public @Nullable Object[] buckets() {
            return tables.clone();
        }
    }
}
