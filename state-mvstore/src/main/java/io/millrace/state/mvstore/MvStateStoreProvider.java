// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.state.StateStore;
import io.millrace.spi.state.StateStoreProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * The provider {@code mvstore}, found by {@link java.util.ServiceLoader}: stores in a directory of the local disk.
 * Programs set {@code state.store = mvstore} and {@code state.store.directory}.
 *
 * @since 0.1
 */
public final class MvStateStoreProvider implements StateStoreProvider {
    static final ConfigOption<String> DIRECTORY = ConfigOption.text(
                    "directory",
                    "where the files are, each for one run of a program; on a local disk that is not memory in disguise")
            .asRequired();
    static final ConfigOption<Long> CACHE = ConfigOption.size(
                    "cache", 1 << 20, 64L << 30, "how many bytes of the file are kept in memory")
            .withDefault("16MiB");
    static final ConfigOption<Long> BUFFER = ConfigOption.size(
                    "buffer",
                    1 << 20,
                    1L << 30,
                    "how many bytes of changes are collected in memory before they are written to the file")
            .withDefault("8MiB");

    /** Called by {@link java.util.ServiceLoader}. */
    public MvStateStoreProvider() {}

    @Override
    public String name() {
        return "mvstore";
    }

    @Override
    public ConfigSpec config() {
        return new ConfigSpec(List.of(DIRECTORY, CACHE, BUFFER), List.of());
    }

    @Override
    public StateStore open(PluginContext context) {
        ScratchFile file = ScratchFile.create(Path.of(context.settings().get(DIRECTORY)), context.program());
        try {
            return new MvStateStore(
                    file, context.settings().get(CACHE), context.settings().get(BUFFER));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }
}
