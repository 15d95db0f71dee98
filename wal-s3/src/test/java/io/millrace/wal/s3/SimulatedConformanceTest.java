// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;

/** The store keeps its contract on a bucket in memory. */
class SimulatedConformanceTest extends WalStoreConformance {
    private final SimulatedBucket bucket = new SimulatedBucket();
    private final BucketMedium medium = new BucketMedium(bucket);

    @Override
    protected WalStore open() {
        return S3Stores.open(medium.connect(bucket), S3Stores.EAGER);
    }

    @Override
    protected void kill(WalStore store) {
        // a dead process releases nothing that anybody waits for
    }

    @Override
    protected WalMedium medium() {
        return medium;
    }
}
