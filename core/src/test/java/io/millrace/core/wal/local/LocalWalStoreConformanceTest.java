// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;

class LocalWalStoreConformanceTest extends WalStoreConformance {
    @TempDir
    Path directory;

    private final FailingFs disk = new FailingFs(new DiskFs());

    @Override
    protected WalStore open() {
        return new LocalWalStore(
                place(),
                new LocalWalSettings(64 << 10, 0, true),
                disk,
                TestLogs.REAL_TIME,
                Executors.newCachedThreadPool(TestLogs.DAEMONS),
                took -> {});
    }

    @Override
    protected void kill(WalStore store) {
        ((LocalWalStore) store).abandon();
    }

    @Override
    protected WalMedium medium() {
        return new DirectoryMedium(place(), disk);
    }

    private Path place() {
        return directory.resolve("program");
    }
}
