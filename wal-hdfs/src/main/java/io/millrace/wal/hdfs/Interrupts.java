// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Keeps interrupts of the caller away from Hadoop, which closes connections over them, and gives them back afterwards. */
final class Interrupts {
    private Interrupts() {}

    static <T> T shielded(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            return action.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits, with the monitor held and given up meanwhile; an interrupt is kept for the caller. */
    static void await(Object monitor, BooleanSupplier done) {
        boolean interrupted = false;
        synchronized (monitor) {
            while (!done.getAsBoolean()) {
                try {
                    monitor.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
