// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.servers.S3Server;
import io.millrace.servers.junit.RealS3;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store keeps its contract on a real S3 server. */
@ExtendWith(RealS3.class)
class S3ConformanceIT extends WalStoreConformance {
    private final Settings given;
    private final String bucket = "kit-" + UUID.randomUUID();
    private final BucketMedium medium;

    S3ConformanceIT(S3Server server) {
        given = S3WalSettings.SPEC.parse("test", server.settings());
        server.createBucket(bucket);
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
