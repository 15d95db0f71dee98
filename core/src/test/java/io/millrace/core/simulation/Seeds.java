// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.util.stream.LongStream;

/**
 * Which seeds a test tries: {@code millrace.test.simulations} says how many, {@code millrace.test.seed} runs one again.
 */
public final class Seeds {
    static final int COUNT = Integer.getInteger("millrace.test.simulations", 40);
    private static final Long ONLY = Long.getLong("millrace.test.seed");

    private Seeds() {}

    /**
     * Runs a scenario on the engine as it is.
     *
     * @param test who asks
     * @param part one of how many seeds that {@link SimulationTest} tries is tried here too
     */
    public static void run(String test, int part, String scenario) {
        SimulatedClasses engine = new SimulatedClasses();
        (ONLY == null ? LongStream.range(0, Math.max(1, COUNT / part)) : LongStream.of(ONLY))
                .forEach(seed -> run(test, engine, seed, scenario));
    }

    static void run(String test, SimulatedClasses classes, long seed, String scenario) {
        try {
            Simulation.run(seed, classes, scenario);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n  run it again with: mvn test -pl core -am -Dtest="
                            + test + " -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.test.seed=" + seed,
                    e);
        }
    }
}
