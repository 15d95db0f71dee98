// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.internal;

import java.util.Random;

/**
 * Where the chance of a stochastic clause comes from; its text says how to have the same again.
 *
 * @param value the number
 */
public record Seed(long value) {
    private static final String PROPERTY = "millrace.test.seed";

    /** A new seed, or that of {@code -Dmillrace.test.seed}. */
    public static Seed next() {
        return new Seed(Long.getLong(PROPERTY, new Random().nextLong()));
    }

    /** The chance that follows from it. */
    public Random random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "seed " + value + " (again with -D" + PROPERTY + "=" + value + ")";
    }
}
