// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program that starts a server, says which process it is, and never ends by itself. */
final class ParentMain {
    private ParentMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        ServerProcess server = ServerProcessIT.start(directory, "child");
        if (!server.awaitOutput("ready child", Duration.ofSeconds(30))) {
            throw new IllegalStateException(server.lastOutput());
        }
        Path written = Files.writeString(directory.resolve("pid.part"), Long.toString(server.pid()));
        Files.move(written, directory.resolve("pid"), StandardCopyOption.ATOMIC_MOVE);
        new CountDownLatch(1).await();
    }
}
