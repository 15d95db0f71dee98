// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.failure.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to be told once when the unacknowledged bytes are few enough. */
final class Thresholds {
    private static final Logger LOG = LoggerFactory.getLogger(Thresholds.class);

    private record Waiter(long bytes, Runnable once) {}

    private final AtomicLong unacknowledged;
    private final List<Waiter> waiters = new ArrayList<>();
    private volatile boolean anybody;

    Thresholds(AtomicLong unacknowledged) {
        this.unacknowledged = unacknowledged;
    }

    void whenBelow(long bytes, Runnable once) {
        synchronized (waiters) {
            waiters.add(new Waiter(bytes, once));
            anybody = true;
        }
        check();
    }

    /** Tells whom the present number satisfies. */
    void check() {
        if (!anybody) {
            return;
        }
        for (Waiter satisfied : takeSatisfied()) {
            try {
                satisfied.once.run();
            } catch (RuntimeException | Error e) {
                Failures.error(LOG, "a listener for room in a log failed", e);
            }
        }
    }

    private List<Waiter> takeSatisfied() {
        List<Waiter> satisfied = new ArrayList<>();
        synchronized (waiters) {
            long now = unacknowledged.get();
            waiters.removeIf(waiter -> now <= waiter.bytes && satisfied.add(waiter));
            anybody = !waiters.isEmpty();
        }
        return satisfied;
    }
}
