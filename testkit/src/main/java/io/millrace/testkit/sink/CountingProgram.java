// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.sink.SinkTarget;
import io.millrace.api.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The program that {@link SinkCrashes} kills: it saves the numbers from 0 on, a few in each batch, and ends when all are
 * committed and finished. A test's main method calls it.
 *
 * @since 0.1
 */
public final class CountingProgram {
    /** The name of its output. */
    public static final String OUTPUT = "numbers";

    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final int PER_BATCH = 10;

    private CountingProgram() {}

    /**
     * Runs it to its end, and prints a line for each batch as soon as it is committed.
     *
     * @param checkpoint where its logs are
     * @param count how many numbers there are; even
     * @param target takes integers
     */
    public static void run(Path checkpoint, int count, SinkTarget<Integer> target) throws InterruptedException {
        run(checkpoint, count, target, Map.of());
    }

    /**
     * The same, with settings of the engine.
     *
     * @param settings such as what to do with numbers that the target refuses
     */
    public static void run(Path checkpoint, int count, SinkTarget<Integer> target, Map<String, String> settings)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (StreamingContext context = StreamingContext.builder(SinkContext.PROGRAM)
                .batchInterval(INTERVAL)
                .checkpoint(checkpoint)
                .set(settings)
                .build()) {
            context.receive(new Source<>(
                            "numbers",
                            "numbers",
                            Map.of(),
                            () -> record -> Integer.valueOf(record.valueUtf8()),
                            new NumbersProvider(count, PER_BATCH)))
                    .save(OUTPUT, target);
            context.addListener(new StreamingListener() {
                private int idle;

                @Override
                public void onBatchCommitted(BatchCommitted event) {
                    System.out.println("committed " + event.records());
                    idle = event.records() > 0 ? 0 : idle + 1;
                    if (idle == 2) {
                        done.countDown();
                    }
                }
            });
            context.start();
            while (!done.await(20, TimeUnit.MILLISECONDS)) {
                context.awaitTermination(Duration.ofMillis(1)); // throws what stopped it
            }
            if (!context.stopGracefully(Duration.ofSeconds(30))) {
                throw new IllegalStateException("the program did not end in time");
            }
        }
        System.out.println("done");
    }
}
