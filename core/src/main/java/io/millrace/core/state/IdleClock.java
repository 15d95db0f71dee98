// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

/**
 * The time by which keys age: batch time, without the time for which the program was down. It goes on where the last
 * committed batch left it.
 */
final class IdleClock {
    private final long interval;
    private long paused;
    private long resumedAfter = Long.MIN_VALUE;

    IdleClock(long interval) {
        this.interval = interval;
    }

    /** What a chunk said. */
    void load(long pausedMillis) {
        paused = Math.max(paused, pausedMillis);
    }

    /** The last batch before this start. */
    void loaded(long lastCommitted) {
        resumedAfter = lastCommitted;
    }

    /** The time that was left out so far, given the batch that runs now. */
    synchronized long paused(long batchTime) {
        if (resumedAfter != Long.MIN_VALUE) {
            paused += Math.max(0, batchTime - resumedAfter - interval);
            resumedAfter = Long.MIN_VALUE;
        }
        return paused;
    }
}
