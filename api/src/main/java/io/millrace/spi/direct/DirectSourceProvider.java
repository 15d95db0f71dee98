// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.direct;

import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes direct sources.
 *
 * @since 0.1
 */
public interface DirectSourceProvider extends Provider {
    /**
     * Opens the source.
     *
     * @throws io.millrace.api.MillraceException if it is unreachable or a setting names nothing, saying which
     */
    DirectSource open(PluginContext context);
}
