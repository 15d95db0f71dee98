// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;

/** Its schedulers are wrapped as the engine's. */
final class FoundScheduler extends FoundProvider<SchedulerProvider> implements SchedulerProvider {
    FoundScheduler(Found<SchedulerProvider> found) {
        super(found);
    }

    @Override
    public Scheduler create(PluginContext context) {
        return call("create a scheduler", provider -> ClassLoaderSafe.scheduler(provider.create(context), loader()));
    }
}
