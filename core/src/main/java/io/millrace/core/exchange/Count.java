// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All elements become their number, in the first partition. */
public record Count() implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer();
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        long count = 0;
        for (Object bucket : buckets) {
            count += (Long) bucket;
        }
        next.push(count);
    }

    private static final class Writer extends ExchangeWriter {
        private long count;

        @Override
        public void push(Object element) {
            count++;
        }

        @Override
        public void push(Object key, Object value) {
            count++;
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) {
            count++;
        }

        @Override
        public @Nullable Object[] buckets() {
            return new @Nullable Object[] {count};
        }
    }
}
