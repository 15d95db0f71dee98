// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.function.Supplier;

/** Provides the listeners of a test. */
public record GivenListeners(String name, Supplier<StreamingListener> listeners) implements ListenerProvider {
    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public StreamingListener create(PluginContext context) {
        return listeners.get();
    }
}
