// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;
import java.net.URI;
import java.util.Map;
import java.util.UUID;

class JdbcWalStoreConformanceTest extends WalStoreConformance {
    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final JdbcWalStoreProvider provider = new JdbcWalStoreProvider();

    @Override
    protected WalStore open() {
        return provider.open(
                URI.create("jdbc:/program"),
                KitContext.of(provider, "log", "wal", Map.of("url", url, "segment.size", "64KiB")));
    }

    @Override
    protected void kill(WalStore store) {
        // it fences: what a dead process leaves behind is in nobody's way
    }

    @Override
    protected WalMedium medium() {
        return new TablesMedium(url);
    }
}
