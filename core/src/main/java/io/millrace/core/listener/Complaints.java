// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import io.millrace.api.StreamClock;
import java.time.Duration;

/** Counts what goes wrong again and again, so that it is reported at once and then once a minute. Thread-safe. */
final class Complaints {
    private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

    private final StreamClock clock;
    private long unreported;
    private boolean reported;
    private long reportedAt;

    Complaints(StreamClock clock) {
        this.clock = clock;
    }

    /** Counts one more; returns how many to report now, 0 if it is too early. */
    synchronized long add() {
        unreported++;
        long now = clock.nanos();
        if (reported && now - reportedAt < INTERVAL) {
            return 0;
        }
        reported = true;
        reportedAt = now;
        return rest();
    }

    /** How many are not reported yet; they are from now on. */
    synchronized long rest() {
        long rest = unreported;
        unreported = 0;
        return rest;
    }
}
