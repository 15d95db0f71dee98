// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.function.ReduceFunction;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All elements become one, in the first partition; none where there are none. */
public record ReduceAll(ReduceFunction<Object> function) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(function);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        Object all = null;
        for (Object bucket : buckets) {
            all = all == null ? bucket : function.apply(all, bucket);
        }
        if (all != null) {
            next.push(all);
        }
    }

    private static final class Writer extends ExchangeWriter {
        private final ReduceFunction<Object> function;
        private @Nullable Object all;

        Writer(ReduceFunction<Object> function) {
            this.function = function;
        }

        @Override
        public void push(Object element) throws Exception {
            Object before = all;
            all = before == null ? element : function.apply(before, element);
        }

        @Override
        public @Nullable Object[] buckets() {
            return new @Nullable Object[] {all};
        }
    }
}
