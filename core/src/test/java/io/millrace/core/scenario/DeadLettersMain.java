// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.OnRecordError;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Takes the numbers up to an end, fails on each third of them, and says which batches are committed. */
final class DeadLettersMain {
    private DeadLettersMain() {}

    /** Runs until the numbers before {@code arguments[1]} are processed; the checkpoint is {@code arguments[0]}. */
    public static void main(String[] arguments) throws InterruptedException {
        Numbers numbers = Numbers.every(Duration.ofNanos(20_000)).until(Long.parseLong(arguments[1]));
        CountDownLatch empty = new CountDownLatch(1);
        try (StreamingContext context = StreamingContext.builder("dying")
                .batchInterval(Duration.ofMillis(10))
                .set("block.interval", "2ms")
                .checkpoint(Path.of(arguments[0]))
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        System.out.println("committed " + event.records());
                        if (event.records() == 0 && numbers.appended() == Long.parseLong(arguments[1])) {
                            empty.countDown();
                        }
                    }
                })
                .build()) {
            context.receive(numbers.source())
                    .map(n -> 1 / (n % 3))
                    .foreachBatch("out", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), batch -> {});
            context.start();
            empty.await();
            context.stopGracefully(Duration.ofSeconds(30));
        }
        System.out.println("done");
    }
}
