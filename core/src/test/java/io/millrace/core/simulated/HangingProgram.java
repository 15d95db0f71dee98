// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.ReentrantLock;

/** What a simulation must not let pass: two threads that wait for each other, or a timer of the platform's. */
public final class HangingProgram implements Simulation.Scenario {
    private final ReentrantLock one = new ReentrantLock();
    private final ReentrantLock other = new ReentrantLock();
    private final boolean deadlock;

    /** The first of them with an odd seed, the second with an even one. */
    public HangingProgram(long seed) {
        deadlock = seed % 2 == 1;
    }

    @Override
    public void run(Simulation simulation) {
        if (!deadlock) {
            new ScheduledThreadPoolExecutor(1).shutdown();
            return;
        }
        while (true) {
            SimProcess first = simulation.start("first", () -> take(one, other));
            SimProcess second = simulation.start("second", () -> take(other, one));
            Simulation.await(() -> first.ended() && second.ended());
        }
    }

    private static void take(ReentrantLock outer, ReentrantLock inner) {
        outer.lock();
        try {
            inner.lock();
            try {
                Simulation.pauseUpTo(1_000);
            } finally {
                inner.unlock();
            }
        } finally {
            outer.unlock();
        }
    }
}
