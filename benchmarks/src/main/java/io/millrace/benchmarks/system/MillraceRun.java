// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A program on Millrace, measured: batches of one second, running totals as recoverable state, every batch committed
 * durably on the local disk. A record counts when its batch is committed.
 */
final class MillraceRun {
    private static final Duration BATCH_INTERVAL = Duration.ofSeconds(1);

    private final Task task;
    private final Meter meter;
    private final Map<String, Long> totals = new ConcurrentHashMap<>();
    private final AtomicLong committed = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);

    MillraceRun(Task task, Meter meter) {
        this.task = task;
        this.meter = meter;
    }

    /** Runs the totals that {@code program} declares until every record is in them, and prints the result. */
    void run(Function<StreamingContext, DStream<Pair<String, Long>>> program) throws IOException, InterruptedException {
        Path checkpoint = Scratch.directory();
        try {
            run(checkpoint.toUri(), program);
        } finally {
            Scratch.delete(checkpoint);
        }
    }

    /** Runs them with the logs at a place that need not be the local disk. */
    void run(URI checkpoint, Function<StreamingContext, DStream<Pair<String, Long>>> program)
            throws InterruptedException {
        try (StreamingContext context = StreamingContext.builder(
                        "benchmark-" + ProcessHandle.current().pid())
                .batchInterval(BATCH_INTERVAL)
                .checkpoint(checkpoint)
                .set("scheduler.threads", Integer.toString(task.parallelism()))
                .listener(new Progress())
                .build()) {
            program.apply(context)
                    .foreachBatch("totals", batch -> batch.forEach(total -> totals.put(total.key(), total.value())));
            context.start();
            done.await();
            if (committed.get() < task.records()) {
                context.awaitTermination(); // it ended by itself, and this says why
            }
            meter.report(totals.entrySet().stream()
                    .mapToLong(total -> total.getKey().hashCode() * total.getValue())
                    .sum());
        }
    }

    private final class Progress implements StreamingListener {
        @Override
        public void onBatchCommitted(BatchCommitted event) {
            meter.counted(event.records());
            if (committed.addAndGet(event.records()) >= task.records()) {
                done.countDown();
            }
        }

        @Override
        public void onStreamingStopped(StreamingStopped event) {
            done.countDown();
        }
    }
}
