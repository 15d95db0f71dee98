// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Wakes the one thread that waits for something to do. */
final class Doorbell {
    private volatile @Nullable Thread sleeper;

    /** Called after something was done that the other thread may be waiting for. */
    void ring() {
        // what was done must be visible before it is known whether anybody sleeps: queues publish without a full fence
        VarHandle.fullFence();
        Thread wake = sleeper;
        if (wake != null) {
            LockSupport.unpark(wake);
        }
    }

    /** Sleeps once, until the next ring, unless {@code due} already holds; may also return without a reason. */
    void await(BooleanSupplier due) {
        sleeper = Thread.currentThread();
        if (!due.getAsBoolean()) {
            LockSupport.park(this);
            // nobody should interrupt this thread; a flag left set would turn sleeping into spinning
            Thread.interrupted();
        }
        sleeper = null;
    }
}
