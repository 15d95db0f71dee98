// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

/** Waits for threads to end. */
final class Joining {
    private Joining() {}

    /** Waits until a thread has ended, however often the caller is interrupted, who finds its interrupt afterwards. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
