// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.internal;

import io.millrace.spi.plugin.Metrics;
import java.util.function.ToDoubleFunction;

/** Meters that are not read. */
public enum NoMetrics implements Metrics {
    INSTANCE;

    @Override
    public Counter counter(String name) {
        return amount -> {};
    }

    @Override
    public Timer timer(String name) {
        return duration -> {};
    }

    @Override
    public <T> void gauge(String name, T source, ToDoubleFunction<T> value) {}
}
