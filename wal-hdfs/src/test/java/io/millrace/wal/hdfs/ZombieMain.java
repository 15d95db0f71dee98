// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import java.net.URI;
import java.util.concurrent.locks.LockSupport;

/** A process that appends until it is told that it may not, and prints how many of its frames were acknowledged. */
final class ZombieMain {
    private ZombieMain() {}

    public static void main(String[] arguments) {
        HdfsWalStore store = TestStores.store(URI.create(arguments[0]));
        Load load = Load.start(store);
        int printed = 0;
        while (load.failure() == null) {
            LockSupport.parkNanos(1_000_000);
            int count = load.count();
            if (count > printed) {
                System.out.println("acknowledged " + count);
                printed = count;
            }
        }
        WalException failure = load.failure();
        System.out.println("acknowledged " + load.count());
        System.out.println("ended " + (failure == null ? "" : failure.reason()) + " "
                + load.writer().state());
        Runtime.getRuntime().halt(0);
    }
}
