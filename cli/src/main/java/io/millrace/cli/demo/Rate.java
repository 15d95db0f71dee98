// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a number grew over the last three seconds. */
final class Rate {
    private static final long WINDOW_NANOS = 3_000_000_000L;

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes the number's value at {@code nanos} and returns its growth per second. */
    double update(long nanos, long value) {
        samples.add(new Sample(nanos, value));
        Sample first = samples.element();
        while (samples.size() > 2 && nanos - first.nanos() > WINDOW_NANOS) {
            samples.remove();
            first = samples.element();
        }
        long span = nanos - first.nanos();
        return span == 0 ? 0 : (value - first.value()) * 1e9 / span;
    }

    private record Sample(long nanos, long value) {}
}
