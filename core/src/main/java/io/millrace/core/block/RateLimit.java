// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.StreamClock;
import java.time.Duration;

/**
 * A token bucket: so many records per second on average, and never more at once than a tenth of a second brings. Looks at
 * the clock only when the bucket is empty. Guarded by the builder.
 */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;

    private final StreamClock clock;
    private final long perSecond;
    private long tokens;
    private long filledAt;

    /** A limit of so many records per second; 0 for none. */
    RateLimit(StreamClock clock, long perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.tokens = capacity();
        this.filledAt = clock.nanos();
    }

    /** Takes one record, or says that it is too early. */
    boolean take() {
        if (perSecond == 0) {
            return true;
        }
        if (tokens == 0) {
            fill();
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }

    /** How long until half of the bucket is full: waking a receiver up for every single record would be a waste. */
    Duration untilReady() {
        long wanted = Math.max(1, capacity() / 2);
        long nanos = (long) Math.ceil(wanted * (double) SECOND / perSecond);
        return Duration.ofNanos(Math.max(1, filledAt + nanos - clock.nanos()));
    }

    private void fill() {
        long elapsed = clock.nanos() - filledAt;
        if (elapsed >= SECOND / 10 && elapsed >= SECOND / perSecond) {
            tokens = capacity();
            filledAt += elapsed;
            return;
        }
        long gained = (long) (elapsed * (double) perSecond / SECOND);
        if (gained > 0) {
            tokens = Math.min(capacity(), gained);
            filledAt += (long) (gained * (double) SECOND / perSecond);
        }
    }

    private long capacity() {
        return Math.max(1, perSecond / 10);
    }
}
