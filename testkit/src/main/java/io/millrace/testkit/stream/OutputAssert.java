// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;

/**
 * Assertions on the batches of one output. Each holds in every mode in which the program was run; the message names the
 * mode in which it does not. The order of elements within a batch counts only after {@link #inOrder}.
 *
 * @since 0.1
 */
public final class OutputAssert extends AbstractAssert<OutputAssert, Map<RestartMode, List<List<List<Object>>>>> {
    private final String name;
    private final long seed;
    private boolean ordered;

    OutputAssert(String name, Map<RestartMode, List<List<List<Object>>>> byMode, long seed) {
        super(byMode, OutputAssert.class);
        this.name = name;
        this.seed = seed;
    }

    /** Lets the assertions that follow look at the order of the elements within a batch. */
    public OutputAssert inOrder() {
        ordered = true;
        return this;
    }

    /**
     * The output has these batches, one list each, and no other.
     *
     * @throws IllegalArgumentException if there is no list
     */
    public OutputAssert batches(List<?>... expected) {
        if (expected.length == 0) {
            throw new IllegalArgumentException(
                    "no batch is expected of output '" + name
                            + "', which has one for each that was run: give a list for each, List.of() for one without elements");
        }
        return batches(Arrays.asList(expected));
    }

    /**
     * The output has these batches, one list each, and no other. An empty list of batches is one batch without elements:
     * {@code batches(List.of())} means that.
     */
    public OutputAssert batches(List<? extends List<?>> expected) {
        if (expected.isEmpty()) {
            return batches(List.of(List.of()));
        }
        actual.forEach((mode, batches) -> {
            Assertions.assertThat(batches)
                    .as("number of batches of output '%s', mode %s, seed %d", name, mode, seed)
                    .hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                check(mode, i, batches.get(i), expected.get(i));
            }
        });
        return this;
    }

    /** Batch {@code number}, counted from 0, has these elements and no other. */
    public OutputAssert batch(int number, Object... elements) {
        actual.forEach((mode, batches) -> check(mode, number, batches.get(number), Arrays.asList(elements)));
        return this;
    }

    /** The last batch has these elements and no other. */
    public OutputAssert lastBatch(Object... elements) {
        actual.forEach((mode, batches) ->
                check(mode, batches.size() - 1, batches.get(batches.size() - 1), Arrays.asList(elements)));
        return this;
    }

    /** Batch {@code number}, counted from 0, has this many partitions. */
    public OutputAssert hasPartitions(int number, int partitions) {
        actual.forEach((mode, batches) -> Assertions.assertThat(batches.get(number))
                .as("partitions of batch %d of output '%s', mode %s", number, name, mode)
                .hasSize(partitions));
        return this;
    }

    /** All batches together have these elements and no other, in whatever order. */
    public OutputAssert allElements(List<?> expected) {
        actual.forEach((mode, batches) -> {
            List<Object> all = new ArrayList<>();
            batches.forEach(batch -> all.addAll(elements(batch)));
            Assertions.assertThat(all)
                    .as("all batches of output '%s', mode %s, seed %d", name, mode, seed)
                    .containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(expected));
        });
        return this;
    }

    private void check(RestartMode mode, int number, List<List<Object>> batch, List<?> expected) {
        ListAssert<Object> elements = Assertions.assertThat(elements(batch))
                .as("batch %d of output '%s', mode %s, seed %d", number, name, mode, seed);
        if (ordered) {
            elements.containsExactlyElementsOf(new ArrayList<Object>(expected));
        } else {
            elements.containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(expected));
        }
    }

    private static List<Object> elements(List<List<Object>> partitions) {
        List<Object> all = new ArrayList<>();
        partitions.forEach(all::addAll);
        return all;
    }
}
