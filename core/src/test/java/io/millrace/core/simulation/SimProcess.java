// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import org.jspecify.annotations.Nullable;

/** Threads that die together. */
public final class SimProcess {
    final String name;
    int alive;
    boolean asleep;
    long killAtStep = Long.MAX_VALUE;

    @Nullable
    Throwable uncaught;

    SimProcess(String name) {
        this.name = name;
    }

    /** Whether none of its threads is left. */
    public boolean ended() {
        return alive == 0;
    }

    /** Throws what a thread of it threw without anybody catching it. */
    public void check() {
        if (uncaught != null) {
            throw new AssertionError(name + " ended", uncaught);
        }
    }
}
