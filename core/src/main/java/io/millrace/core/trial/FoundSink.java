// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;

/** Its sinks are wrapped as the engine's. */
final class FoundSink extends FoundProvider<SinkProvider> implements SinkProvider {
    FoundSink(Found<SinkProvider> found) {
        super(found);
    }

    @Override
    public Sink open(PluginContext context) {
        return call("open a sink", provider -> ClassLoaderSafe.sink(provider.open(context), loader()));
    }
}
