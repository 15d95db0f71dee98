// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;

/** Provides {@link MemoryReceiver}s. */
record MemoryProvider(MemorySource source, Flaw flaw) implements ReceiverProvider {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Receiver create(PluginContext context) {
        return new MemoryReceiver(context, source, flaw);
    }
}
