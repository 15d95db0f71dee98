// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements are dealt out one by one, so that all partitions have about as many; where to begin depends on the task. */
public record Spread() implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(task, partitions);
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
        private int turn;

        Writer(int task, int partitions) {
            this.lists = new @Nullable Object[partitions];
            this.turn = task % partitions;
        }

        @Override
        public void push(Object element) {
            Object list = lists[turn];
            if (list == null) {
                lists[turn] = Lists.of(element);
            } else {
                Lists.add(list, element);
            }
            turn = turn + 1 == lists.length ? 0 : turn + 1;
        }

        @Override
        public void push(Object key, Object value) {
            push(Pair.of(key, value));
        }

        @Override
        public @Nullable Object[] buckets() {
            return lists;
        }
    }
}
