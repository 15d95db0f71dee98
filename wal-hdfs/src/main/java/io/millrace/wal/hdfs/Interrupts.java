// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

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
}
