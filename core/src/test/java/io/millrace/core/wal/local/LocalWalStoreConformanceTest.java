// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalStoreConformance;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalWalStoreConformanceTest extends WalStoreConformance {
    @TempDir
    Path directory;

    @Override
    protected WalStore open() {
        return LocalWalStore.at(
                directory.resolve("program"), new LocalWalSettings(64 << 10, 0, true), TestLogs.REAL_TIME);
    }

    @Override
    protected void kill(WalStore store) {
        ((LocalWalStore) store).abandon();
    }
}
