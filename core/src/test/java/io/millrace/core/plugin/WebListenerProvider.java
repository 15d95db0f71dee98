// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;

/** A provider for {@link ClassPathProviderSourceTest}; public, as ServiceLoader demands. */
public final class WebListenerProvider implements ListenerProvider {
    @Override
    public String name() {
        return "web";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public StreamingListener create(PluginContext context) {
        return new StreamingListener() {};
    }
}
