// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** Writes the numbers of each batch to a file, until its JVM ends: checkpoint, file, stop.on-shutdown. */
final class ShutdownMain {
    private ShutdownMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path file = Path.of(arguments[1]);
        try (StreamingContext context = StreamingContext.builder("shut-down")
                .batchInterval(Duration.ofMillis(50))
                .set("stop.on-shutdown", arguments[2])
                .set("stop.deadline", "50s")
                .checkpoint(Path.of(arguments[0]))
                .build()) {
            context.receive(Numbers.every(Duration.ofNanos(100_000)).source())
                    .map(number -> {
                        if (number > 100 && Boolean.getBoolean("millrace.test.exit-in-map")) {
                            System.out.println("map");
                            System.exit(9);
                        }
                        return number;
                    })
                    .foreachBatch("file", batch -> {
                        List<String> lines =
                                batch.collect().stream().map(String::valueOf).toList();
                        if (!lines.isEmpty()) {
                            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            System.out.println("batch");
                            if (Boolean.getBoolean("millrace.test.stop-before")) {
                                Thread.sleep(1_000); // so that the stop takes a while
                            }
                            if (Boolean.getBoolean("millrace.test.exit-in-output")) {
                                System.exit(9);
                            }
                        }
                    });
            context.start();
            if (Boolean.getBoolean("millrace.test.stop-before")) {
                Thread.sleep(300);
                System.out.println("stopping");
                context.stopGracefully(Duration.ofSeconds(50));
            }
            context.awaitTermination();
        }
    }
}
