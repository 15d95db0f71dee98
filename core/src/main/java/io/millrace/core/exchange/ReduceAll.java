// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.function.ReduceFunction;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All elements become one, in the first partition; none where there are none.
 *
 * @param nulls whether elements, and what they are combined to, may be null
 */
public record ReduceAll(ReduceFunction<Object> function, boolean nulls) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(this);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        One all = null;
        for (Object bucket : buckets) {
            One one = (One) bucket;
            if (all == null) {
                all = one;
            } else if (!one.taken) {
                all.take(one, function);
            }
        }
        if (all != null) {
            if (all.element == null && !nulls) {
                throw FunctionOperator.returnedNull("the elements of a batch must come to something");
            }
            next.push(all.element);
        }
    }

    /** What a task came to, which may be null. What was taken is not taken again when the task that failed is. */
    private static final class One {
        private Object element;
        private boolean taken;

        One(Object element) {
            this.element = element;
        }

        void take(One other, ReduceFunction<Object> function) {
            try {
                element = function.apply(element, other.element);
                other.taken = true;
            } catch (Throwable thrown) {
                throw ElementFailure.of(other.element, thrown);
            }
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final ReduceFunction<Object> function;
        private final boolean nulls;
        private Object all = ""; // nothing, until there is any
        private boolean any;

        Writer(ReduceAll how) {
            this.function = how.function;
            this.nulls = how.nulls;
        }

        @Override
        public void push(Object element) throws Exception {
            if (element == null && !nulls) {
                refuse(element, "the element");
                return;
            }
            try {
                all = any ? function.apply(all, element) : element;
                any = true;
            } catch (Throwable thrown) {
                throw combining(element, thrown);
            }
        }

        @Override
        public @Nullable Object[] buckets() {
            return new @Nullable Object[] {any ? new One(all) : null};
        }
    }
}
