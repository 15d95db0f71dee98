// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.CoGroup;
import io.millrace.api.Pair;
import java.util.List;
import java.util.Optional;

/** What becomes of the values that a key has in two streams. */
public final class Joins {
    private static final List<Object> NONE = List.of(Optional.empty());

    private Joins() {}

    /** The values of a key on both sides. */
    public interface Sides {
        List<Object> left();

        List<Object> right();
    }

    /** {@code cogroup}. */
    public static final class CoGroups extends Operator {
        private final Operator next;

        public CoGroups(Operator next) {
            this.next = next;
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Sides both = (Sides) value;
            next.push(key, new CoGroup<>(both.left(), both.right()));
        }
    }

    /** {@code join}. */
    public static final class Inner extends Operator {
        private final Operator next;

        public Inner(Operator next) {
            this.next = next;
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Sides both = (Sides) value;
            for (Object left : both.left()) {
                for (Object right : both.right()) {
                    next.push(key, Pair.of(left, right));
                }
            }
        }
    }

    /** The outer joins. */
    public static final class Outer extends Operator {
        private final boolean leftMayMiss;
        private final boolean rightMayMiss;
        private final Operator next;

        /**
         * A join that keeps keys which one stream does not have.
         *
         * @param leftMayMiss whether the key may be missing in the first stream, whose values are then optional
         * @param rightMayMiss likewise for the second
         */
        public Outer(boolean leftMayMiss, boolean rightMayMiss, Operator next) {
            this.leftMayMiss = leftMayMiss;
            this.rightMayMiss = rightMayMiss;
            this.next = next;
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Sides both = (Sides) value;
            List<Object> rights = values(both.right(), rightMayMiss);
            for (Object left : values(both.left(), leftMayMiss)) {
                for (Object right : rights) {
                    next.push(key, Pair.of(left, right));
                }
            }
        }

        private static List<Object> values(List<Object> values, boolean mayMiss) {
            if (!mayMiss) {
                return values;
            }
            return values.isEmpty()
                    ? NONE
                    : values.stream().<Object>map(Optional::of).toList();
        }
    }
}
