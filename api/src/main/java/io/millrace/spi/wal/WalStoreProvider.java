// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import java.net.URI;

/**
 * Makes log stores for one URI scheme; {@link #name()} is the scheme ({@code file}, {@code hdfs}, {@code s3}).
 *
 * @since 0.1
 */
public interface WalStoreProvider extends Provider {
    /**
     * Opens the store of one program. Nothing is created before {@link WalStore#claim}.
     *
     * @param location the program's own directory or prefix
     * @throws WalException if the location cannot be one
     */
    WalStore open(URI location, PluginContext context) throws WalException;
}
