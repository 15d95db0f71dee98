// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.listener;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;

/**
 * Makes a listener. Every listener provider that is found is used, with the engine settings below
 * {@code listener.<name>.}; {@code listener.<name>.enabled = false} leaves it out. A listener that is also
 * {@link AutoCloseable} is closed after the context stopped.
 *
 * @since 0.1
 */
public interface ListenerProvider extends Provider {
    /** Makes a listener for one streaming context. */
    StreamingListener create(PluginContext context);
}
