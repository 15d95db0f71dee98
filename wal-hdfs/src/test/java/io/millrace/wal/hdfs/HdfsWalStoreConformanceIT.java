// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.junit.RealHdfs;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealHdfs.class)
class HdfsWalStoreConformanceIT extends WalStoreConformance {
    private final URI place;
    private final HdfsMedium medium;

    HdfsWalStoreConformanceIT(HdfsCluster hdfs) {
        place = TestStores.place(hdfs.uri());
        medium = new HdfsMedium(place);
    }

    @Override
    protected WalStore open() {
        return TestStores.store(place);
    }

    @Override
    protected void kill(WalStore store) {
        ((HdfsWalStore) store).abandon();
    }

    @Override
    protected WalMedium medium() {
        return medium;
    }

    @AfterEach
    void closeConnection() {
        medium.close();
    }
}
