// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes so many numbers of a kilobyte each through a program with the settings that nobody made, stops gracefully, and
 * prints how many there were and their sum, and conditions on the way: directory, numbers.
 */
final class SmallPlaceMain {
    private SmallPlaceMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        long numbers = Long.parseLong(arguments[1]);
        AtomicLong count = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        try (StreamingContext context = StreamingContext.builder("small-place")
                .batchInterval(Duration.ofMillis(100))
                .checkpoint(directory.resolve("checkpoint"))
                .set("watchdog.stuck-after", "2s") // how often conditions are looked at follows it
                .build()) {
            context.addListener(new StreamingListener() {
                @Override
                public void onConditionChanged(ConditionChanged event) {
                    System.out.println(event.condition() + " " + event.holds() + " " + event.message());
                }
            });
            var received = context.receive(
                    Numbers.every(Duration.ZERO).padded(1_000).until(numbers).source());
            received.foreachBatch("sum", batch -> {
                for (long number : batch.collect()) {
                    sum.addAndGet(number);
                    count.incrementAndGet();
                    if (number == numbers - 1) {
                        all.countDown();
                    }
                }
            });
            received.filter(number -> number < 10)
                    .saveAsTextFiles(directory.resolve("text").toString(), "");
            context.start();
            all.await();
            boolean complete = context.stopGracefully(Duration.ofSeconds(60));
            System.out.println("done " + complete + " " + count.get() + " " + sum.get());
        }
    }
}
