// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.io.IOException;

/**
 * The main class of S3Mock's JVM, which ends when its standard input does, so that it never outlives the test. It runs beside
 * S3Mock's jar only.
 */
final class S3MockMain {
    private S3MockMain() {}

    public static void main(String[] arguments) throws Exception {
        Thread watch = new Thread(S3MockMain::haltAtEndOfInput, "tether");
        watch.setDaemon(true);
        watch.start();
        Class.forName("org.springframework.boot.loader.launch.JarLauncher")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }

    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            System.err.println("The standard input is broken: " + e);
        }
        Runtime.getRuntime().halt(143);
    }
}
