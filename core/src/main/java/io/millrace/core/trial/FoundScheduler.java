// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.PluginCall;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;

/** A provider of schedulers that is called, and whose schedulers are wrapped, as the engine does it. */
record FoundScheduler(Found<SchedulerProvider> found) implements SchedulerProvider {
    @Override
    public String name() {
        return PluginCall.of(found, "ask the name of a scheduler", Provider::name);
    }

    @Override
    public ConfigSpec config() {
        return PluginCall.of(found, "ask for the settings of a scheduler", Provider::config);
    }

    @Override
    public Scheduler create(PluginContext context) {
        return PluginCall.of(
                found,
                "create a scheduler",
                provider -> ClassLoaderSafe.scheduler(provider.create(context), found.loader()));
    }
}
