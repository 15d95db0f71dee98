// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WriterIdentity;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** Appends numbered entries to a log until it is killed, and prints each number as soon as it is durable. */
final class NumberingMain {
    private static final long MAX_WAITING = 1 << 20;

    private NumberingMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        LocalWalStore store = LocalWalStore.at(directory, new LocalWalSettings(256 << 10, 0, true), TestLogs.REAL_TIME);
        WriterIdentity me =
                new WriterIdentity("numbering", "child", ProcessHandle.current().pid(), 0);
        CommitLog log = CommitLog.open(store, "data", store.claim("ledger", me), TestLogs.options("data"));
        int[] next = {0};
        log.replay(WalPosition.START, (type, stream, handle, payload) -> next[0] = payload.readInt() + 1);
        System.out.println("ready " + next[0]);
        Random random = new Random(next[0]);
        while (log.unacknowledgedBytes() >= 0) {
            int number = next[0]++;
            int size = 4 + random.nextInt(random.nextInt(20) == 0 ? 30_000 : 200);
            log.append(1, 0, new Print(number), ByteBuffer.allocate(size).putInt(0, number));
            if (log.unacknowledgedBytes() > MAX_WAITING) {
                log.flush();
            }
        }
    }

    private record Print(int number) implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            System.out.println(number);
        }

        @Override
        public void failed(WalException failure) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
