// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Pair;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairEmitter;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;
import io.millrace.api.function.PartitionFunction;
import io.millrace.api.function.SliceLongEmitter;
import io.millrace.api.function.SliceLongFunction;
import io.millrace.api.function.SliceLongMapFunction;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The operators that work on one element at a time. */
public final class Operators {
    private Operators() {}

    /** {@code map}. */
    public static final class Map extends FunctionOperator {
        private final MapFunction<Object, Object> function;
        private final Operator next;

        public Map(MapFunction<Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Object made;
            try {
                made = function.apply(element);
            } catch (Throwable thrown) {
                failed(element, thrown);
                return;
            }
            next.push(made);
        }
    }

    /** {@code filter}. */
    public static final class Filter extends FunctionOperator {
        private final FilterFunction<Object> predicate;
        private final Operator next;

        public Filter(FilterFunction<Object> predicate, Operator next) {
            this.predicate = predicate;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            boolean kept;
            try {
                kept = predicate.test(element);
            } catch (Throwable thrown) {
                failed(element, thrown);
                return;
            }
            if (kept) {
                next.push(element);
            }
        }
    }

    /** {@code flatMap}. */
    public static final class FlatMap extends FunctionOperator {
        private final FlatMapFunction<Object, Object> function;
        private final Operator next;

        public FlatMap(FlatMapFunction<Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Iterable<Object> made;
            try {
                made = function.apply(element);
                if (made == null) {
                    throw returnedNull("return an empty list for no elements");
                }
            } catch (Throwable thrown) {
                failed(element, thrown);
                return;
            }
            if (made instanceof List<Object> && made instanceof RandomAccess) {
                pushList(element, (List<Object>) made);
            } else {
                pushAll(element, made);
            }
        }

        private void pushList(Object element, List<Object> list) throws Exception {
            for (int i = 0; ; i++) {
                Object one;
                try {
                    if (i >= list.size()) {
                        return;
                    }
                    one = list.get(i);
                } catch (Throwable thrown) {
                    failed(element, thrown);
                    return;
                }
                next.push(one);
            }
        }

        private void pushAll(Object element, Iterable<Object> made) throws Exception {
            @Nullable Iterator<Object> each = null;
            while (true) {
                Object one;
                try {
                    each = each == null ? made.iterator() : each;
                    if (!each.hasNext()) {
                        return;
                    }
                    one = each.next();
                } catch (Throwable thrown) {
                    failed(element, thrown);
                    return;
                }
                next.push(one);
            }
        }
    }

    /** {@code mapToPair}. */
    public static final class MapToPair extends FunctionOperator {
        private final PairFunction<Object, Object, Object> function;
        private final Operator next;

        public MapToPair(PairFunction<Object, Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Object key;
            Object value;
            try {
                Pair<Object, Object> pair = function.apply(element);
                if (pair == null) {
                    throw returnedNull("return a pair, or filter first");
                }
                key = pair.key();
                value = pair.value();
            } catch (Throwable thrown) {
                failed(element, thrown);
                return;
            }
            next.push(key, value);
        }
    }

    /** {@code flatMapToPair}. */
    public static final class FlatMapToPair extends FunctionOperator implements PairEmitter<Object, Object> {
        private final PairFlatMapFunction<Object, Object, Object> function;
        private final Operator next;
        private @Nullable Throwable later;

        public FlatMapToPair(PairFlatMapFunction<Object, Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            try {
                function.apply(element, this);
            } catch (Throwable thrown) {
                throwLater(later);
                failed(element, thrown);
                return;
            }
            if (later != null) {
                throwLater(later);
            }
        }

        @Override
        public void emit(Object key, Object value) throws Exception {
            try {
                next.push(key, value);
            } catch (Throwable thrown) {
                later = later == null ? thrown : later;
                throw thrown;
            }
        }
    }

    /** {@code mapPartitions} and {@code glom}. */
    public static final class MapPartitions extends FunctionOperator {
        private final PartitionFunction<Object, Object> function;
        private final Operator next;
        private final List<Object> elements = new ArrayList<>();

        public MapPartitions(PartitionFunction<Object, Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) {
            elements.add(element);
        }

        @Override
        public void end() throws Exception {
            Reached reached = new Reached(elements);
            @Nullable Iterator<?> made = null;
            while (true) {
                Object one;
                try {
                    made = made == null ? begin(reached) : made;
                    if (!made.hasNext()) {
                        return;
                    }
                    one = made.next();
                } catch (Throwable thrown) {
                    throw failureOfAll(reached.given(), thrown);
                }
                next.push(one);
            }
        }

        private Iterator<?> begin(Reached all) throws Exception {
            Iterable<?> made = function.apply(all);
            if (made == null) {
                throw returnedNull("return an empty list for no elements");
            }
            return made.iterator();
        }
    }

    /** {@code flatMapToSliceLong}. */
    public static final class FlatMapToSliceLong extends FunctionOperator implements SliceLongEmitter {
        private final SliceLongFunction function;
        private final Operator next;
        private @Nullable Throwable later;

        public FlatMapToSliceLong(SliceLongFunction function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            try {
                function.apply((RecordView) element, this);
            } catch (Throwable thrown) {
                throwLater(later);
                failed(element, thrown);
                return;
            }
            if (later != null) {
                throwLater(later);
            }
        }

        @Override
        public void emit(byte[] bytes, int offset, int length, long value) throws Exception {
            try {
                next.push(bytes, offset, length, value);
            } catch (Throwable thrown) {
                later = later == null ? thrown : later;
                throw thrown;
            }
        }
    }

    /** {@code map} of a stream of byte-strings and numbers. */
    public static final class SliceLongToObject extends FunctionOperator {
        private final SliceLongMapFunction<Object> function;
        private final Operator next;
        private final Slice slice = new Slice();

        public SliceLongToObject(SliceLongMapFunction<Object> function, Operator next) {
            this.function = function;
            this.next = next;
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) throws Exception {
            slice.set(bytes, offset, length);
            Object made;
            try {
                made = function.apply(slice, value);
            } catch (Throwable thrown) {
                failed(Pair.of(slice, value), thrown);
                return;
            }
            next.push(made);
        }
    }

    /** Several children of one node. */
    public static final class FanOut extends Operator {
        private final Operator[] all;

        public FanOut(List<Operator> all) {
            this.all = all.toArray(Operator[]::new);
        }

        @Override
        public void push(Object element) throws Exception {
            for (Operator each : all) {
                each.push(element);
            }
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Pair<Object, Object> pair = Pair.of(key, value);
            for (Operator each : all) {
                each.push(pair);
            }
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) throws Exception {
            for (Operator each : all) {
                each.push(bytes, offset, length, value);
            }
        }
    }
}
