// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

/**
 * How far event time has come. In one batch all tasks see the same watermark: that of the batches before it. The tasks
 * of a batch are over before those of the next one begin.
 */
final class Watermark {
    private static final long NONE = Long.MIN_VALUE;

    private final long disorder;
    private long latest = NONE;
    private long batch = NONE;
    private long atBatch = NONE;

    /**
     * A watermark.
     *
     * @param disorder how far it stays behind the latest event, in milliseconds
     */
    Watermark(long disorder) {
        this.disorder = disorder;
    }

    /** There is an event of this time. */
    synchronized void seen(long eventTime) {
        latest = Math.max(latest, eventTime);
    }

    /** The latest event up to now; the least number if there is none. */
    synchronized long latest() {
        return latest;
    }

    /** The watermark in a batch; the least number if there is none. */
    synchronized long in(long batchTime) {
        if (batch != batchTime) {
            batch = batchTime;
            atBatch = latest == NONE ? NONE : latest - disorder;
        }
        return atBatch;
    }
}
