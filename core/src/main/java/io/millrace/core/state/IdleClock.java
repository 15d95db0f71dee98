// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.operator.BatchParameters;

/**
 * The time by which keys age: batch time, without the time for which the program was down or read what had waited
 * meanwhile. How much each batch leaves out is for the driver to say; the sum is stored with the state.
 */
final class IdleClock {
    private long paused;
    private long batch = Long.MIN_VALUE;

    /** What a chunk said. */
    void load(long pausedMillis) {
        paused = Math.max(paused, pausedMillis);
    }

    /** The time that was left out so far, given the batch that runs now; the same for all of its tasks. */
    synchronized long paused(BatchParameters running) {
        if (running.batchTime() != batch) {
            batch = running.batchTime();
            paused += running.pause();
        }
        return paused;
    }
}
