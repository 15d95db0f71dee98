// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.state.StateStore;
import io.millrace.spi.state.StateStoreProvider;
import java.util.List;

/** The provider {@code heap}: a new {@link HeapStateStore} for each program. */
public final class HeapStateStoreProvider implements StateStoreProvider {
    @Override
    public String name() {
        return "heap";
    }

    @Override
    public ConfigSpec config() {
        return new ConfigSpec(List.of(), List.of());
    }

    @Override
    public StateStore open(PluginContext context) {
        return new HeapStateStore(Long.MAX_VALUE);
    }
}
