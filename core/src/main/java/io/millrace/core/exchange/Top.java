// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.core.failure.ElementFailure;
import io.millrace.core.operator.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The first elements by an order come to the first partition; no task keeps or sends more than are wanted. */
public record Top(int most, Comparator<Object> order) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(most, order);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        Writer first = new Writer(most, order);
        for (Object bucket : buckets) {
            for (Object each : (List<?>) bucket) {
                try {
                    first.add(each);
                } catch (Throwable thrown) {
                    throw ElementFailure.of(each, thrown);
                }
            }
        }
        List<Object> all = new ArrayList<>(first.kept);
        sort(all);
        for (Object each : all) {
            next.push(each);
        }
    }

    private void sort(List<Object> all) {
        Object[] compared = new Object[1];
        try {
            all.sort((a, b) -> {
                compared[0] = a;
                return order.compare(a, b);
            });
        } catch (Throwable thrown) {
            throw ElementFailure.of(compared[0], thrown);
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final int most;
        private final Comparator<Object> order;
        /** The last of those that are kept is at its head. */
        private final PriorityQueue<Object> kept;

        Writer(int most, Comparator<Object> order) {
            this.most = most;
            this.order = order;
            this.kept = new PriorityQueue<>(order.reversed());
        }

        @Override
        public void push(Object element) throws Exception {
            if (element == null) {
                refuse(element, "the element");
                return;
            }
            try {
                add(element);
            } catch (Throwable thrown) {
                throw combining(element, thrown);
            }
        }

        void add(Object element) {
            if (kept.size() < most) {
                kept.add(element);
            } else if (order.compare(element, kept.element()) < 0) {
                kept.remove();
                kept.add(element);
            }
        }

        @Override
        public @Nullable Object[] buckets() {
            return new @Nullable Object[] {new ArrayList<>(kept)};
        }
    }
}
