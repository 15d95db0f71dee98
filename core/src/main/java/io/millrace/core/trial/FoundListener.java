// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.api.listener.StreamingListener;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.ProviderSource.Found;

/** Its listeners are wrapped as the engine's. */
final class FoundListener extends FoundProvider<ListenerProvider> implements ListenerProvider {
    FoundListener(Found<ListenerProvider> found) {
        super(found);
    }

    @Override
    public StreamingListener create(PluginContext context) {
        return call("create a listener", provider -> ClassLoaderSafe.listener(provider.create(context), loader()));
    }
}
