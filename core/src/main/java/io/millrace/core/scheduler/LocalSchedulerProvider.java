// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;

/** Provides the scheduler named {@code local}. */
public final class LocalSchedulerProvider implements SchedulerProvider {
    static final ConfigOption<Long> THREADS = ConfigOption.number(
            "threads", 1, 1024, "how many tasks run at once; as many as there are processors if it is not set");

    @Override
    public String name() {
        return "local";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(THREADS);
    }

    @Override
    public Scheduler create(PluginContext context) {
        int threads = context.settings()
                .find(THREADS)
                .map(Math::toIntExact)
                .orElseGet(() -> Runtime.getRuntime().availableProcessors());
        return new LocalScheduler(threads, context.threads());
    }
}
