// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a simulation. It is a real one, which runs only while it has the turn. What simulated classes make instead
 * of a {@link Thread}; it has the constructors that they use.
 */
public final class SimThread extends Thread {
    final Simulation simulation;
    final @Nullable SimProcess process;
    final Semaphore turn = new Semaphore(0);

    // touched by whoever has the turn
    int number = -1;

    @Nullable
    BooleanSupplier until;

    long deadline = Long.MAX_VALUE;
    int shielded;
    boolean killed;
    boolean over;
    boolean permit;
    boolean interruptedNow;

    /** Of the thread that makes it, its simulation and process. */
    public SimThread(Runnable task) {
        this(null, task, "thread", 0, false);
    }

    /** Of the thread that makes it, its simulation and process. */
    public SimThread(Runnable task, String name) {
        this(null, task, name, 0, false);
    }

    /** Of the thread that makes it, its simulation and process. */
    public SimThread(@Nullable ThreadGroup group, Runnable task, String name, long stackSize, boolean inherit) {
        super(group, task, name, stackSize, inherit);
        SimThread maker = Simulation.currentThread();
        this.simulation = maker.simulation;
        this.process = maker.process;
        setDaemon(true);
    }

    SimThread(Simulation simulation, @Nullable SimProcess process, String name, Runnable task) {
        super(null, task, name, 0, false);
        this.simulation = simulation;
        this.process = process;
        setDaemon(true);
    }

    @Override
    public void run() {
        turn.acquireUninterruptibly();
        try {
            if (!killed) {
                super.run();
            }
        } catch (Killed dead) {
            // which is what was wanted
        } catch (Throwable uncaught) {
            simulation.uncaught(this, uncaught);
        } finally {
            simulation.ended(this);
        }
    }

    /** Where it is, for people. */
    String place() {
        StringBuilder place =
                new StringBuilder(requireNonNull(getName())).append(until == null ? " could run" : " waits");
        for (StackTraceElement frame : getStackTrace()) {
            if (frame.getClassName().startsWith("io.millrace.")
                    && !frame.getClassName().contains(".simulation.")) {
                place.append("\n        at ").append(frame);
            }
        }
        return place.toString();
    }
}
