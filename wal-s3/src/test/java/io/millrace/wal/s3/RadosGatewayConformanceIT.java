// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.servers.RadosGateway;
import io.millrace.servers.junit.RealRadosGateway;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store keeps its contract on a second real S3 server, Ceph's. Needs packages of the operating system. */
@Tag("long")
@ExtendWith(RealRadosGateway.class)
class RadosGatewayConformanceIT extends WalStoreConformance {
    private final Settings given;
    private final String bucket = "kit-" + UUID.randomUUID();
    private final BucketMedium medium;

    RadosGatewayConformanceIT(RadosGateway server) {
        given = S3WalSettings.SPEC.parse("test", server.settings());
        NumberingMain.createBucket(bucket, server.settings());
        medium = new BucketMedium(connection());
    }

    private Bucket connection() {
        return new S3Bucket(bucket, S3Clients.of(given, S3Stores.EAGER, null));
    }

    @Override
    protected WalStore open() {
        return S3Stores.open(medium.connect(connection()), S3Stores.EAGER);
    }

    @Override
    protected void kill(WalStore store) {
        // a dead process releases nothing that anybody waits for
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
