// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the outputs of a program got, batch by batch, in each mode in which it was run.
 *
 * @since 0.1
 */
public final class StreamResults {
    private final Map<RestartMode, Run> runs;
    private final long seed;

    StreamResults(Map<RestartMode, Run> runs, long seed) {
        this.runs = runs;
        this.seed = seed;
    }

    record Run(Outputs outputs, List<Instant> times) {}

    /**
     * Begins assertions on an output, which hold in every mode.
     *
     * @throws AssertionError if no output of this name was collected
     */
    public OutputAssert assertOutput(String name) {
        Map<RestartMode, List<List<List<Object>>>> byMode = new LinkedHashMap<>();
        runs.forEach((mode, run) -> byMode.put(mode, partitions(name, run)));
        return new OutputAssert(name, byMode, seed);
    }

    /** The elements of an output by batch, as the first mode gave them; a batch that did not come is empty. */
    @SuppressWarnings("unchecked") // the elements are what the program's stream holds
    public <T> List<List<T>> output(String name) {
        List<List<T>> batches = new ArrayList<>();
        for (List<List<Object>> batch :
                partitions(name, runs.values().iterator().next())) {
            List<T> elements = new ArrayList<>();
            batch.forEach(partition -> partition.forEach(element -> elements.add((T) element)));
            batches.add(elements);
        }
        return batches;
    }

    /** The batch times, which are multiples of the interval. */
    public List<Instant> times() {
        return runs.values().iterator().next().times();
    }

    /** What decided the {@linkplain RestartMode#RANDOM random} restarts. */
    public long seed() {
        return seed;
    }

    private static List<List<List<Object>>> partitions(String name, Run run) {
        if (!run.outputs().names().contains(name)) {
            throw new AssertionError("no output '" + name + "' was collected; there are "
                    + run.outputs().names());
        }
        return run.outputs().of(name, run.times()).stream()
                .map(delivery -> delivery.map(Delivery::partitions).orElse(List.of()))
                .toList();
    }
}
