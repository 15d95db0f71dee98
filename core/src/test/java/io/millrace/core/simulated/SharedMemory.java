// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;

/** Stores that several processes share, each of which fences those before it. */
record SharedMemory(Memory memory) implements WalStoreProvider {
    @Override
    public String name() {
        return "shared";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        return new InMemoryWalStore(memory);
    }
}
