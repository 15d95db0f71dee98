// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import java.time.Duration;

/**
 * Decides how many records of a direct stream the next batch may read, so that a batch takes about one interval: it
 * doubles while batches are limited and quick, and falls to what was achieved when one takes too long. Used by the
 * engine's thread.
 */
public final class RateController {
    private static final double QUICK = 0.75;
    private static final double SLOW = 1.25;
    private static final double LEAST = 1_000;

    private final double intervalSeconds;
    private final double most;
    private double limit;

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
        return (long) limit;
    }

    /** Learns how long a batch of so many records took. */
    public void completed(long records, Duration took) {
        double intervals = took.toNanos() / 1e9 / intervalSeconds;
        if (records >= limit * 0.9 && intervals < QUICK) {
            limit = Math.min(most, limit * 2);
        } else if (intervals > SLOW && records > 0) {
            limit = Math.min(most, Math.max(LEAST, records / intervals));
        }
    }
}
