// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.spi.plugin.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** Keeps what is counted and measured. */
final class CountedMetrics implements Metrics {
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new HashMap<>();

    long count(String name) {
        return counters.getOrDefault(name, new AtomicLong()).get();
    }

    double gauge(String name) {
        return gauges.getOrDefault(name, () -> Double.NaN).getAsDouble();
    }

    @Override
    public Counter counter(String name) {
        return counters.computeIfAbsent(name, unknown -> new AtomicLong())::addAndGet;
    }

    @Override
    public Timer timer(String name) {
        return duration -> {};
    }

    @Override
    public <T> void gauge(String name, T source, ToDoubleFunction<T> value) {
        gauges.put(name, () -> value.applyAsDouble(source));
    }
}
