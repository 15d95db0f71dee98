// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Writes the numbers of each batch to a file, until its JVM ends: checkpoint, file, stop.on-shutdown. */
final class ShutdownMain {
    /** Whether it stops gracefully once its output is called, which returns when the JVM is told to end. */
    private static final boolean STOPS_ITSELF = Boolean.getBoolean("millrace.test.stop-before");

    private static final CountDownLatch CALLED = new CountDownLatch(1);
    private static final CountDownLatch EXITING = new CountDownLatch(1);

    private ShutdownMain() {}

    private static final StreamingListener COMMITS = new StreamingListener() {
        @Override
        public void onEvent(StreamingEvent event) {
            if (event instanceof BatchCommitted) {
                System.out.println("committed " + System.currentTimeMillis());
                exitIn("listener");
            }
        }
    };

    private static void exitIn(String place) {
        if (place.equals(System.getProperty("millrace.test.exit-in"))) {
            System.out.println("exit " + System.currentTimeMillis());
            System.exit(9);
        }
    }

    private static void sayOnceItWaits(Thread stopping) {
        Runtime.getRuntime().addShutdownHook(new Thread(EXITING::countDown));
        new Thread(() -> {
                    while (stopping.getState() != Thread.State.TIMED_WAITING) {
                        Thread.onSpinWait();
                    }
                    System.out.println("stopping");
                })
                .start();
    }

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
                        if (number > 100) {
                            exitIn("map");
                        }
                        return number;
                    })
                    .foreachBatch("file", batch -> {
                        List<String> lines =
                                batch.collect().stream().map(String::valueOf).toList();
                        if (!lines.isEmpty()) {
                            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            System.out.println("batch");
                            if (STOPS_ITSELF) {
                                CALLED.countDown();
                                EXITING.await(); // so that the stop is under way until then
                            }
                            exitIn("output");
                        }
                    });
            if (System.getProperty("millrace.test.exit-in") != null) {
                context.addListener(COMMITS);
            }
            context.start();
            if (STOPS_ITSELF) {
                CALLED.await();
                sayOnceItWaits(Thread.currentThread());
                context.stopGracefully(Duration.ofSeconds(50));
            }
            context.awaitTermination();
        }
    }
}
