// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole programs whose threads take turns as a seed decides, and which die at any of them. */
@Timeout(14400)
class SimulationTest {
    private static final String PROGRAM = "io.millrace.core.simulated.CountingProgram";

    @Test
    void everythingIsCountedOnceWhateverTheThreadsDoAndWheneverTheProgramDies() {
        Seeds.run("SimulationTest", 1, PROGRAM);
    }

    /** How many seeds a planted bug may take: the rarest shows in one of two hundred. */
    private static final long MOST_SEEDS = 20L * Seeds.COUNT;

    /** A few more seeds find each of the bugs that nobody would see in a test that runs threads as they come. */
    @ParameterizedTest
    @EnumSource
    void aPlantedBugIsFound(PlantedBug bug) {
        AtomicBoolean planted = new AtomicBoolean();
        SimulatedClasses broken = new SimulatedClasses(type -> planted.compareAndSet(false, bug.plantIn(type)));
        OptionalLong found = LongStream.range(0, MOST_SEEDS)
                .filter(seed -> fails(broken, seed))
                .findFirst();
        assertThat(planted).as("whether the bug was planted").isTrue();
        assertThat(found).as("a seed that finds it").isPresent();
    }

    private static boolean fails(SimulatedClasses broken, long seed) {
        try {
            Simulation.run(seed, broken, PROGRAM);
            return false;
        } catch (AssertionError found) {
            return true;
        }
    }
}
