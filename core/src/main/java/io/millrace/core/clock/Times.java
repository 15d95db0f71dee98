// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.clock;

import java.time.Duration;
import java.time.Instant;

/**
 * Times and durations as numbers that do not overflow: what is beyond the ends of a long is at its end. The ends themselves
 * stand for always and never, and no moment is one of them.
 */
public final class Times {
    /** Before every moment. */
    public static final long ALWAYS = Long.MIN_VALUE;

    /** After every moment. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The longest wait: a hundred years, which a long holds in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_525);

    private static final long LAST_SECOND = Long.MAX_VALUE / 1_000;

    private Times() {}

    /** A moment in epoch milliseconds, or the first or the last that there is. */
    public static long millis(Instant moment) {
        if (Math.abs(moment.getEpochSecond()) < LAST_SECOND) {
            return moment.toEpochMilli();
        }
        long millis;
        try {
            millis = moment.toEpochMilli();
        } catch (ArithmeticException e) {
            millis = moment.getEpochSecond() < 0 ? ALWAYS : NEVER;
        }
        return Math.max(ALWAYS + 1, Math.min(NEVER - 1, millis));
    }

    /** A sum. */
    public static long plus(long time, long millis) {
        long sum = time + millis;
        return ((time ^ sum) & (millis ^ sum)) >= 0 ? sum : time < 0 ? ALWAYS : NEVER;
    }

    /** A difference. */
    public static long minus(long time, long millis) {
        long difference = time - millis;
        return ((time ^ millis) & (time ^ difference)) >= 0 ? difference : time < 0 ? ALWAYS : NEVER;
    }

    /** For how long to wait: what is given, from nothing to a hundred years. */
    public static Duration wait(Duration given) {
        if (given.isNegative()) {
            return Duration.ZERO;
        }
        return given.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : given;
    }
}
