// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.TestFrame;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Logs in to a cluster with Kerberos and appends, a segment for each line of its input, and says what came of each:
 * {@code KerberosMain location [setting value]...}.
 */
final class KerberosMain {
    private KerberosMain() {}

    public static void main(String[] arguments) throws Exception {
        String[] settings = Arrays.copyOfRange(arguments, 1, arguments.length);
        try (HdfsWalStore store = TestStores.store(URI.create(arguments[0]), settings)) {
            WalWriter writer = store.open(Load.LOG, store.claim("ledger", Load.ME));
            System.out.println("ready");
            while (System.in.read() >= 0) {
                writer.roll();
                System.out.println(append(writer));
            }
        } catch (WalException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }

    private static String append(WalWriter writer) {
        CompletableFuture<WalPosition> answer = new CompletableFuture<>();
        writer.append(new TestFrame(writer::durableEnd, ByteBuffer.allocate(100)), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                answer.complete(at);
            }

            @Override
            public void failed(WalException cause) {
                answer.completeExceptionally(cause);
            }
        });
        try {
            answer.join();
            return "durable";
        } catch (CompletionException e) {
            WalException refused = (WalException) e.getCause();
            return refused.reason() + " " + refused.getMessage();
        }
    }
}
