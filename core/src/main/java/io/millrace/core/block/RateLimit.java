// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.StreamClock;
import java.time.Duration;

/**
 * So many records per second on average, and after a pause no more at once than a tenth of a second brings. Keeps the
 * time at which the next record were due if they came evenly, in whole nanoseconds and a remainder, so that no rounding
 * adds up. Guarded by the builder.
 */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    private static final long BURST = SECOND / 10;

    private final StreamClock clock;
    private final long perSecond;
    private long due;
    private long remainder;

    /** A limit of so many records per second; 0 for none. */
    RateLimit(StreamClock clock, long perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.due = clock.nanos();
    }

    /** Takes one record, or says that it is too early. */
    boolean take() {
        if (perSecond == 0) {
            return true;
        }
        long now = clock.nanos();
        if (due - now >= BURST) {
            return false;
        }
        if (due - now < 0) {
            due = now;
        }
        due += SECOND / perSecond;
        remainder += SECOND % perSecond;
        if (remainder >= perSecond) {
            remainder -= perSecond;
            due++;
        }
        return true;
    }

    /** How long until half a burst is taken: waking a receiver up for every single record would be a waste. */
    Duration untilReady() {
        return Duration.ofNanos(Math.max(1, due - BURST / 2 - clock.nanos()));
    }
}
