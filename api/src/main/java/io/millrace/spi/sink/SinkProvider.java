// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import io.millrace.api.Experimental;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes sinks.
 *
 * @since 0.1
 */
@Experimental
public interface SinkProvider extends Provider {
    /** Opens a sink for one output of one streaming context. */
    Sink open(PluginContext context);
}
