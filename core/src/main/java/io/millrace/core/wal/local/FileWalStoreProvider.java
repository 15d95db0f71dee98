// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** Makes stores on a local disk, for {@code file:///var/lib/program}. */
public final class FileWalStoreProvider implements WalStoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public FileWalStoreProvider() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public ConfigSpec config() {
        return LocalWalSettings.SPEC;
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        Path root;
        try {
            root = Path.of(location);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    "'" + location + "' is not a directory's URI (" + e.getMessage()
                            + "); write file:///an/absolute/path",
                    e);
        }
        Metrics.Timer syncs = context.metrics().timer("millrace.wal.sync");
        return new LocalWalStore(
                root,
                LocalWalSettings.of(context.settings()),
                new DiskFs(),
                context.clock(),
                Executors.newCachedThreadPool(context.threads()),
                syncs::record);
    }
}
