// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pairs go to the partition of their key, each as it is.
 *
 * @param nulls whether values may be null
 */
public record Route(KeyRouting routing, boolean nulls) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(this, partitions);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        for (Object bucket : buckets) {
            Pairs pairs = (Pairs) bucket;
            for (int i = 0; i < pairs.size; i += 2) {
                next.push(pairs.elements[i], pairs.elements[i + 1]);
            }
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final KeyRouting routing;
        private final boolean nulls;
        private final @Nullable Pairs[] lists;

        Writer(Route how, int partitions) {
            this.routing = how.routing;
            this.nulls = how.nulls;
            this.lists = new @Nullable Pairs[partitions];
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
                add(key, value);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }

        private void add(Object key, Object value) {
            int partition = routing.partition(key, KeyTable.hash(key), lists.length);
            Pairs list = lists[partition];
            if (list == null) {
                list = new Pairs();
                lists[partition] = list;
            }
            list.add(key, value);
        }

        @Override
        public @Nullable Object[] buckets() {
            return lists.clone();
        }
    }

    /** Keys and values in turn. */
    private static final class Pairs {
        private Object[] elements = new Object[32];
        private int size;

        void add(Object key, Object value) {
            if (size == elements.length) {
                elements = Arrays.copyOf(elements, size * 2);
            }
            elements[size++] = key;
            elements[size++] = value;
        }
    }
}
