// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * Meters of an instance, tagged with its name by the engine and published by it. Names are dotted lower case below
 * {@code millrace.}, such as {@code millrace.wal.sync}. Asking for a meter again gives the same one. Thread-safe.
 *
 * @since 0.1
 */
public interface Metrics {
    /** A number that only grows. */
    Counter counter(String name);

    /** How long something takes. */
    Timer timer(String name);

    /** A number read from {@code source} whenever the metrics are read; {@code source} is held weakly. */
    <T> void gauge(String name, T source, ToDoubleFunction<T> value);

    /** A number that only grows. */
    interface Counter {
        /** Adds {@code amount}, which is not negative. */
        void add(long amount);

        /** Adds 1. */
        default void increment() {
            add(1);
        }
    }

    /** A distribution of durations. */
    interface Timer {
        /** Records one duration. */
        void record(Duration duration);
    }
}
