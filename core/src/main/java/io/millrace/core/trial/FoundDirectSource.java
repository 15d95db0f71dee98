// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.ProviderSource.Found;

/** Its sources are wrapped as the engine's. */
final class FoundDirectSource extends FoundProvider<DirectSourceProvider> implements DirectSourceProvider {
    FoundDirectSource(Found<DirectSourceProvider> found) {
        super(found);
    }

    @Override
    public DirectSource open(PluginContext context) {
        return call("open a direct source", provider -> ClassLoaderSafe.directSource(provider.open(context), loader()));
    }
}
