// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Duration;

/**
 * The durations that a program gives, such that sums and products of them are numbers still. What is a length is refused if
 * it is too long to mean anything; what is a limit means for ever then, and is cut to what is as good.
 */
final class Durations {
    /** The longest window, and the longest time that anything is kept for: a million years. */
    static final Duration LONGEST = Duration.ofDays(365_250_000);

    /** The longest time that anything is waited for, of which there are nanoseconds: a hundred years. */
    static final Duration LONGEST_WAIT = Duration.ofDays(36_525);

    private Durations() {}

    /**
     * A length in whole milliseconds.
     *
     * @param what it is of, for the message
     */
    static Duration length(String what, Duration given) {
        if (given.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(what + " " + given + ": give at least a millisecond");
        }
        if (given.compareTo(LONGEST) > 0 || given.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    what + " " + given + ": give whole milliseconds, and at most a million years");
        }
        return given;
    }

    /** Zero or more. */
    static Duration notNegative(String what, Duration given) {
        if (given.isNegative()) {
            throw new IllegalArgumentException(what + " " + given + ": give zero or more");
        }
        return atMost(LONGEST, given);
    }

    /** The shorter of both. */
    static Duration atMost(Duration most, Duration given) {
        return given.compareTo(most) > 0 ? most : given;
    }
}
