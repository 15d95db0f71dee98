// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;

/** The log store {@code jdbc}, for {@code jdbc:/name}: the name is the program's place in the database of {@code url}. */
public final class JdbcWalStoreProvider implements WalStoreProvider {
    private static final ConfigOption<Long> SEGMENT_SIZE = ConfigOption.size(
                    "segment.size", 4 << 10, 1L << 40, "After how many bytes a log goes on in another segment.")
            .withDefault("16MiB");

    /** Called by {@link java.util.ServiceLoader}. */
    public JdbcWalStoreProvider() {}

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(Database.URL, Database.USER, Database.PASSWORD, SEGMENT_SIZE);
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        String place = location.getPath();
        if (place == null || place.length() < 2) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    "'" + location + "' names no place: write jdbc:/name, and the database in 'url'");
        }
        return new JdbcWalStore(
                place, new Database(context.settings()), context.settings().get(SEGMENT_SIZE));
    }
}
