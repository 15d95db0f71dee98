// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements are dealt out one by one, so that all partitions have about as many; where to begin depends on the task.
 *
 * @param nulls whether elements may be null
 */
public record Spread(boolean nulls) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(nulls, task, partitions);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        for (Object bucket : buckets) {
            for (Object element : (List<?>) bucket) {
                next.push(element);
            }
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final @Nullable Object[] lists;
        private final boolean nulls;
        private int turn;

        Writer(boolean nulls, int task, int partitions) {
            this.nulls = nulls;
            this.lists = new @Nullable Object[partitions];
            this.turn = task % partitions;
        }

        @Override
        public void push(Object element) throws Exception {
            if (element == null && !nulls) {
                refuse(element, "the element");
                return;
            }
            Object list = lists[turn];
            if (list == null) {
                lists[turn] = Lists.of(element);
            } else {
                Lists.add(list, element);
            }
            turn = turn + 1 == lists.length ? 0 : turn + 1;
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            push(Pair.of(key, value));
        }

        @Override
        public @Nullable Object[] buckets() {
            return lists;
        }
    }
}
