// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.util.function.LongToIntFunction;

/**
 * Runs seeded tests until they have seen enough states. {@code millrace.test.crash-states} says how many,
 * {@code millrace.test.seed} runs a single seed again.
 */
final class Seeds {
    private static final Long ONLY = Long.getLong("millrace.test.seed");
    private static final int STATES = Integer.getInteger("millrace.test.crash-states", 2000);

    private Seeds() {}

    /**
     * Runs one seed after the other.
     *
     * @param share the part of all states that this test sees
     * @param test what to do with a seed; returns how many states it saw
     */
    static void run(double share, LongToIntFunction test) {
        if (ONLY != null) {
            run(ONLY, test);
            return;
        }
        long states = 0;
        for (long seed = 0; states < STATES * share; seed++) {
            states += run(seed, test);
        }
    }

    private static int run(long seed, LongToIntFunction test) {
        try {
            return test.applyAsInt(seed);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " (run it again with -Dmillrace.test.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
