// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import java.time.Duration;

/**
 * Decides how many records of a direct stream the next batch may read. While the source has more than that, batches are
 * sized by what the last one achieved, to take a little more than one interval: the next is then always ready when one
 * ends, and nothing waits for a tick. A stream that keeps up is not limited by this. Used by the engine's thread.
 */
public final class RateController {
    private static final double INTERVALS = 1.15;
    private static final double FASTEST_GROWTH = 4;
    private static final double LIMITED = 0.9;
    private static final double LEAST = 1_000;

    private static final double MOST_AHEAD = 2;
    /** How much smaller the first batch of a start is: it shows soon that everything works. */
    private static final double FIRST_SHARE = 0.02;

    private final double intervalSeconds;
    private final double most;
    private double limit;
    private double achieved;

    /**
     * Makes a controller.
     *
     * @param initialRate records per second of the first batch
     * @param maxRate records per second at most; 0 for no limit
     */
    public RateController(Duration interval, long initialRate, long maxRate) {
        this.intervalSeconds = interval.toNanos() / 1e9;
        this.most = maxRate == 0 ? 1e15 : Math.max(1, maxRate * intervalSeconds);
        this.limit = Math.min(most, Math.max(LEAST, initialRate * intervalSeconds));
    }

    /** How many records the next batch may read. */
    public long limit() {
        return Math.round(limit);
    }

    /** How many records the first batch of a start may read, if another follows at once. */
    public long first() {
        return Math.round(Math.max(Math.min(limit, LEAST), limit * FIRST_SHARE));
    }

    /**
     * Learns how long a batch of so many records took. What is still becoming faster is expected to go on so: a batch that
     * is too large costs some delay, one that is too small leaves the processors idle until the next tick.
     */
    public void completed(long records, Duration took) {
        double intervals = took.toNanos() / 1e9 / intervalSeconds;
        if (records >= limit * LIMITED || intervals > INTERVALS) {
            double now = records / Math.max(intervals, 1e-6);
            double faster = achieved == 0 ? 1 : Math.max(1, Math.min(MOST_AHEAD, now / achieved));
            achieved = now;
            double sized = now * INTERVALS * faster;
            limit = Math.min(most, Math.max(LEAST, Math.min(sized, limit * FASTEST_GROWTH)));
        }
    }
}
