// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way to exchange. Stateless: each task has a writer of its own. */
public interface Exchanger {
    /**
     * Makes the end of one task before the exchange.
     *
     * @param task the task's partition
     * @param partitions how many partitions the next stage has
     */
    ExchangeWriter writer(int task, int partitions);

    /**
     * Combines what was left for one partition and pushes the result.
     *
     * @param buckets from each task that left anything, in the order of the tasks
     */
    void merge(List<Object> buckets, Operator next) throws Exception;

    /** Whether each key is then in the partition of its hash, and there at most once per batch. */
    default boolean keyed() {
        return false;
    }

    /** The end of a task before an exchange. */
    abstract class ExchangeWriter extends FunctionOperator {
        /**
         * Whether a pair that has a null passes. If not, it was refused.
         *
         * @param nullValues whether its value may be null; its key never may
         */
        final boolean passes(Object key, Object value, boolean nullValues) throws Exception {
            if (key == null || (value == null && !nullValues)) {
                refuse(Pair.of(key, value), key == null ? "the key" : "the value");
                return false;
            }
            return true;
        }

        /** What is left for each partition; null where there is nothing. Called once, at the end. */
        public abstract @Nullable Object[] buckets();
    }
}
