// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Pair;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The operators that work on the value of one pair at a time. */
public final class PairOperators {
    private PairOperators() {}

    /** {@code mapValues}. */
    public static final class MapValues extends FunctionOperator {
        private final MapFunction<Object, Object> function;
        private final Operator next;

        public MapValues(MapFunction<Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Object made;
            try {
                made = function.apply(value);
            } catch (Throwable thrown) {
                failed(Pair.of(key, value), thrown);
                return;
            }
            next.push(key, made);
        }
    }

    /** {@code flatMapValues}. */
    public static final class FlatMapValues extends FunctionOperator {
        private final FlatMapFunction<Object, Object> function;
        private final Operator next;

        public FlatMapValues(FlatMapFunction<Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            @Nullable Iterator<Object> each = null;
            while (true) {
                Object one;
                try {
                    if (each == null) {
                        Iterable<Object> made = function.apply(value);
                        if (made == null) {
                            throw FunctionOperator.returnedNull("return an empty list for no values");
                        }
                        each = made.iterator();
                    }
                    if (!each.hasNext()) {
                        return;
                    }
                    one = each.next();
                } catch (Throwable thrown) {
                    failed(Pair.of(key, value), thrown);
                    return;
                }
                next.push(key, one);
            }
        }
    }
}
