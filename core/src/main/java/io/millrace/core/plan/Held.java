// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one task computed of a stream that a later job of its batch reads, with the source partitions that the elements came
 * from.
 *
 * @param stream the input that the task read; empty if it read an exchange
 * @param elements the elements; those of a stream of byte-strings as {@link Entry}
 * @param runs the partitions, in order
 */
public record Held(String stream, List<Object> elements, List<Run> runs) {
    /**
     * Elements of one source partition.
     *
     * @param from which is the first
     */
    public record Run(String partition, int from) {}

    /** An element of a stream of byte-strings and numbers. */
    @SuppressWarnings("ArrayRecordComponent") // pushed on, never compared
    record Entry(byte[] bytes, long value) {}

    /** Pushes all elements as they were pushed before. */
    void feed(Operator to, Origin origin) throws Exception {
        for (int run = 0; run < runs.size(); run++) {
            origin.atPartition(runs.get(run).partition());
            int until = run + 1 < runs.size() ? runs.get(run + 1).from() : elements.size();
            for (Object element : elements.subList(runs.get(run).from(), until)) {
                if (element instanceof Entry entry) {
                    to.push(entry.bytes(), 0, entry.bytes().length, entry.value());
                } else {
                    to.push(element);
                }
            }
        }
        origin.at(null);
    }

    /** Collects them. */
    static final class Collector extends Operator {
        private final Origin origin;
        private final List<Object> elements = new ArrayList<>();
        private final List<Run> runs = new ArrayList<>();

        Collector(Origin origin) {
            this.origin = origin;
        }

        @Override
        public void push(Object element) {
            String partition = origin.partition();
            if (runs.isEmpty() || !runs.get(runs.size() - 1).partition().equals(partition)) {
                runs.add(new Run(partition, elements.size()));
            }
            elements.add(element);
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) {
            push(new Entry(Arrays.copyOfRange(bytes, offset, offset + length), value));
        }

        Held held() {
            return new Held(origin.stream(), elements, runs);
        }
    }
}
