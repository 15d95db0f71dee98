// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.PluginCall;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;

/**
 * A provider that is called as the engine calls it.
 *
 * @param <P> its SPI
 */
abstract class FoundProvider<P extends Provider> implements Provider {
    private final Found<P> found;

    FoundProvider(Found<P> found) {
        this.found = found;
    }

    final <T> T call(String doing, PluginCall.Call<P, T> call) {
        return PluginCall.of(found, doing, call);
    }

    final ClassLoader loader() {
        return found.loader();
    }

    @Override
    public final String name() {
        return call("ask for the name of a provider", Provider::name);
    }

    @Override
    public final ConfigSpec config() {
        return call("ask for the settings of a provider", Provider::config);
    }
}
