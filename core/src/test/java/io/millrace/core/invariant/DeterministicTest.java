// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.simulation.SimulatedClasses;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.simulation.Simulation.Run;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 9: clock, randomness, threads and I/O come in from outside, so that a seed replays a run. A run is known by a
 * hash over who had the turn at what time.
 */
@Timeout(600)
class DeterministicTest {
    private static final String COUNTING = "io.millrace.core.simulated.CountingProgram";
    private static final String HANGING = "io.millrace.core.simulated.HangingProgram";

    @Test
    void aSeedIsARunAndAnotherSeedIsAnother() {
        SimulatedClasses engine = new SimulatedClasses();
        Set<Long> traces = new HashSet<>();
        for (long seed = 1000; seed < 1003; seed++) {
            Run first = Simulation.run(seed, engine, COUNTING);
            assertThat(Simulation.run(seed, engine, COUNTING))
                    .as("seed %d again", seed)
                    .isEqualTo(first);
            traces.add(first.trace());
        }
        assertThat(traces).hasSize(3);
    }

    @Test
    void aRunDoesNotDependOnThoseBeforeIt() {
        SimulatedClasses engine = new SimulatedClasses();
        Simulation.run(1000, engine, COUNTING);
        assertThat(Simulation.run(1001, engine, COUNTING))
                .isEqualTo(Simulation.run(1001, new SimulatedClasses(), COUNTING));
    }

    @Test
    void whatHangsIsAFailureThatSaysWhere() {
        assertThatThrownBy(() -> Simulation.run(1, new SimulatedClasses(), HANGING))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("everybody waits for ever")
                .hasMessageContaining("HangingProgram.take");
    }

    @Test
    void whatASeedCannotDecideIsRefused() {
        assertThatThrownBy(() -> Simulation.run(2, new SimulatedClasses(), HANGING))
                .hasStackTraceContaining("ScheduledThreadPoolExecutor.<init> is outside of the simulation");
    }
}
