// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;

/** Its receivers are wrapped as the engine's. */
final class FoundReceiver extends FoundProvider<ReceiverProvider> implements ReceiverProvider {
    FoundReceiver(Found<ReceiverProvider> found) {
        super(found);
    }

    @Override
    public Guarantee guarantee() {
        return call("ask for the guarantee of a receiver", ReceiverProvider::guarantee);
    }

    @Override
    public void validate(PluginContext context) {
        call("check a receiver", provider -> {
            provider.validate(context);
            return true;
        });
    }

    @Override
    public Receiver create(PluginContext context) {
        return call("create a receiver", provider -> ClassLoaderSafe.receiver(provider.create(context), loader()));
    }
}
