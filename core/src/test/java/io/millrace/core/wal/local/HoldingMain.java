// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WriterIdentity;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Claims a store and holds it until it is killed; prints the epoch, or why it was refused. */
final class HoldingMain {
    private HoldingMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        LocalWalStore store = LocalWalStore.at(Path.of(arguments[0]), LocalWalSettings.DEFAULT, TestLogs.REAL_TIME);
        try {
            WriterIdentity me = new WriterIdentity(
                    "holding", "child", ProcessHandle.current().pid(), 0);
            System.out.println(store.claim("ledger", me));
        } catch (WalException refused) {
            System.out.println(refused.reason() + " " + refused.getMessage());
            return;
        }
        new CountDownLatch(1).await();
    }
}
