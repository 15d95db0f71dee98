// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import java.time.Duration;
import java.util.Random;

/**
 * How long to wait before the next start: doubled after each failure, from 100 ms to 30 s, give or take a fifth, so that
 * many receivers that lost the same broker do not come back at the same moment. Not thread-safe.
 */
final class Backoff {
    static final Duration LEAST = Duration.ofMillis(100);
    static final Duration GREATEST = Duration.ofSeconds(30);

    /** A receiver that ran this long was well: what happens to it then has nothing to do with what happened before. */
    static final Duration HEALTHY = Duration.ofMinutes(1);

    private final Random random;
    private int failures;

    Backoff(Random random) {
        this.random = random;
    }

    /** The wait after a failure of something that had run for {@code ran}. */
    Duration next(Duration ran) {
        if (ran.compareTo(HEALTHY) >= 0) {
            failures = 0;
        }
        long doubled = Math.min(GREATEST.toNanos(), LEAST.toNanos() << Math.min(failures++, 16));
        long jittered = doubled * (80 + random.nextInt(41)) / 100;
        long nanos = Math.max(LEAST.toNanos(), Math.min(GREATEST.toNanos(), jittered));
        return Duration.ofNanos(nanos);
    }
}
