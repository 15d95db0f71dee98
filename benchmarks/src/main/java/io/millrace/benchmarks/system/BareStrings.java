// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The bare loop with strings and a {@link HashMap}. */
public final class BareStrings {
    private BareStrings() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        new BareLoop<>(
                        task,
                        StringDeserializer::new,
                        task.workload() == Workload.EVENTS ? EventTally::new : WordTally::new)
                .run(meter);
    }

    private abstract static class StringTally implements Tally<String> {
        private final Map<String, long[]> totals = new HashMap<>();

        final void add(String key, long amount) {
            totals.computeIfAbsent(key, unseen -> new long[1])[0] += amount;
        }

        @Override
        public final long checksum() {
            return totals.entrySet().stream()
                    .mapToLong(total -> total.getKey().hashCode() * total.getValue()[0])
                    .sum();
        }
    }

    private static final class EventTally extends StringTally {
        @Override
        public void add(String value) {
            add(value.substring(0, 5), Integer.parseInt(value, 6, 9, 10));
        }
    }

    private static final class WordTally extends StringTally {
        @Override
        public void add(String value) {
            for (String word : value.split(" ", -1)) {
                add(word, 1);
            }
        }
    }
}
