// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes sinks.
 *
 * @since 0.1
 */
public interface SinkProvider extends Provider {
    /**
     * Opens a sink for one output of one streaming context; {@link PluginContext#name()} is the output's name. Must not
     * change anything at the target: {@code claim} comes first.
     *
     * @throws io.millrace.api.MillraceException if the target is unreachable or a setting names nothing, saying which
     */
    Sink open(PluginContext context);
}
