// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.spi.plugin.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Meters in a Micrometer registry, tagged {@code program} and {@code instance}. Counters and timers of an instance that
 * is made anew go on; gauges end when this is closed, since they would keep the plugin's classes alive.
 */
public final class MicrometerMetrics implements Metrics, AutoCloseable {
    private static final String PREFIX = "millrace.";

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Gauge> gauges = new ArrayList<>();

    /** Meters of one instance of a program. */
    public MicrometerMetrics(MeterRegistry registry, String program, String instance) {
        this.registry = registry;
        this.tags = Tags.of("program", program, "instance", instance);
    }

    @Override
    public Counter counter(String name) {
        return registry.counter(qualified(name), tags)::increment;
    }

    @Override
    public Timer timer(String name) {
        return registry.timer(qualified(name), tags)::record;
    }

    @Override
    public <T> void gauge(String name, T source, ToDoubleFunction<T> value) {
        String qualified = qualified(name);
        synchronized (gauges) {
            Gauge before = registry.find(qualified).tags(tags).gauge();
            if (before != null) {
                registry.remove(before); // else the registry would keep reading the old source
            }
            gauges.add(Gauge.builder(qualified, source, value).tags(tags).register(registry));
        }
    }

    @Override
    public void close() {
        synchronized (gauges) {
            for (Gauge gauge : gauges) {
                if (registry.find(gauge.getId().getName()).tags(tags).gauge() == gauge) {
                    registry.remove(gauge);
                }
            }
            gauges.clear();
        }
    }

    private static String qualified(String name) {
        return name.startsWith(PREFIX) ? name : PREFIX + name;
    }
}
