// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.state;

import io.millrace.api.Experimental;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes stores for state that does not fit memory.
 *
 * @since 0.1
 */
@Experimental
public interface StateStoreProvider extends Provider {
    /** Opens an empty store for one streaming context, in scratch space: what is durable is the state's log. */
    StateStore open(PluginContext context);
}
