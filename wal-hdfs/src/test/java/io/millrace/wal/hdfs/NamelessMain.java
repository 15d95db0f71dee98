// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import java.net.URI;
import java.util.Arrays;

/** Claims a place, and prints what came of it: {@code NamelessMain location [setting value]...}. */
final class NamelessMain {
    private NamelessMain() {}

    public static void main(String[] arguments) {
        String[] settings = Arrays.copyOfRange(arguments, 1, arguments.length);
        try (HdfsWalStore store = TestStores.store(URI.create(arguments[0]), settings)) {
            System.out.println("epoch " + store.claim("ledger", Load.ME));
        } catch (WalException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }
}
