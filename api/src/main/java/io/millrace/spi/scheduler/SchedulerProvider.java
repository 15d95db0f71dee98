// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes schedulers; chosen by the engine setting {@code scheduler}.
 *
 * @since 0.1
 */
@Experimental
public interface SchedulerProvider extends Provider {
    /** Starts a scheduler for one streaming context. */
    Scheduler create(PluginContext context);
}
