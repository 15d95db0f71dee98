// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes in-memory stores, for {@code mem:name}. A name stands for the same logs as long as this provider is in use; {@code mem:} without a name is a place of its own each time.
 */
public final class MemoryWalStoreProvider implements WalStoreProvider {
    private final Map<String, Memory> named = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public MemoryWalStoreProvider() {}

    @Override
    public String name() {
        return "mem";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        String place = location.getSchemeSpecificPart();
        boolean anonymous = place.chars().allMatch(c -> c == '/');
        return new InMemoryWalStore(anonymous ? new Memory() : named.computeIfAbsent(place, p -> new Memory()));
    }
}
