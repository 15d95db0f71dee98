// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.wal.local.SimDiskProvider;
import java.util.Random;

/**
 * A {@link CountingProgram} that dies in the middle of a change of its disk: with many seeds at each of the first some
 * hundred, where it opens its logs, plans, writes its state and commits.
 */
public final class DyingProgram extends CountingProgram {
    private static final int STRIDE = 17;
    private static final int CHANGES = 211;

    private final long seed;
    private int life;

    /** A program, its world and its deaths. */
    public DyingProgram(long seed) {
        super(seed, new World(PARTITIONS));
        this.seed = seed;
    }

    @Override
    void end(Simulation simulation, SimProcess process, SimDiskProvider disk, Random chance) {
        life++;
        disk.dieAt(1 + (int) ((seed * STRIDE + life - 1) % CHANGES));
    }
}
