// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import io.millrace.api.Pair;
import io.millrace.core.operator.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All elements of several streams come to the first partition, each stream's in the partitions that it had. Pushes one
 * {@code List<List<List<Object>>>}: by stream, then by partition.
 *
 * @param streams how many
 */
public record Gather(int streams) implements Exchanger {
    @Override
    public ExchangeWriter writer(int task, int partitions) {
        return new Writer(streams);
    }

    @Override
    public void merge(List<Object> buckets, Operator next) throws Exception {
        List<List<List<Object>>> all = new ArrayList<>(streams);
        for (int stream = 0; stream < streams; stream++) {
            List<List<Object>> partitions = new ArrayList<>(buckets.size());
            for (Object bucket : buckets) {
                List<Object> elements = ((Task) bucket).elements.get(stream);
                if (elements != null) {
                    partitions.add(elements);
                }
            }
            all.add(partitions);
        }
        next.push(all);
    }

    /** What one task had of each stream; null for a stream that does not pass through it. */
    private static final class Task {
        private final List<@Nullable List<Object>> elements = new ArrayList<>();
    }

    private static final class Writer extends ExchangeWriter {
        private final Task task = new Task();

        Writer(int streams) {
            for (int stream = 0; stream < streams; stream++) {
                task.elements.add(null);
            }
        }

        List<Object> list(int stream) {
            List<Object> list = new ArrayList<>();
            task.elements.set(stream, list);
            return list;
        }

        @Override
        public @Nullable Object[] buckets() {
            return new @Nullable Object[] {task};
        }
    }

    /** Says which stream an element is of. */
    public static final class Side extends Operator {
        private final List<Object> list;

        /**
         * The last operator of one stream before the exchange.
         *
         * @param next the writer
         */
        public Side(int stream, Operator next) {
            this.list = ((Writer) next).list(stream);
        }

        @Override
        public void push(Object element) {
            list.add(element);
        }

        @Override
        public void push(Object key, Object value) {
            list.add(Pair.of(key, value));
        }
    }
}
