// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.util.concurrent.Executors;

/**
 * The provider {@code hdfs}, found by {@link java.util.ServiceLoader}; programs use {@link HdfsWal} or a location
 * {@code hdfs://…}.
 *
 * @since 0.1
 */
public final class HdfsWalStoreProvider implements WalStoreProvider {
    static final String NAME = "hdfs";

    /** Called by {@link java.util.ServiceLoader}. */
    public HdfsWalStoreProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return HdfsWalSettings.SPEC;
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        String directory = location.getPath();
        if (directory == null || directory.isEmpty() || directory.equals("/")) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    "'" + location + "' names no directory of its own: write hdfs://host:port/a/directory");
        }
        HdfsWalSettings settings = HdfsWalSettings.of(context.settings());
        Hdfs hdfs = new Hdfs(HdfsConnection.open(location, context), settings);
        return new HdfsWalStore(
                location.toString(),
                strip(directory),
                hdfs,
                settings,
                context.clock(),
                Executors.newCachedThreadPool(context.threads()),
                new HdfsMeters(context.metrics()));
    }

    private static String strip(String directory) {
        return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
    }
}
