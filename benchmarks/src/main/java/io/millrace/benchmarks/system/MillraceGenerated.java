// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.ThisJvm;
import io.millrace.benchmarks.workload.Keyed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Running totals over generated records, as many at a time as the engine asks for. */
public final class MillraceGenerated {
    private MillraceGenerated() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Meter meter = new Meter();
        long records = Long.parseLong(ThisJvm.property("records"));
        int keys = Integer.parseInt(ThisJvm.property("keys"));
        Progress progress = new Progress(meter, records);
        Map<String, Long> totals = new ConcurrentHashMap<>();
        Path checkpoint = Scratch.directory();
        try (StreamingContext context = StreamingContext.builder("growth")
                .batchInterval(Duration.ofMillis(Long.parseLong(ThisJvm.property("interval-millis"))))
                .checkpoint(checkpoint)
                .set("scheduler.threads", ThisJvm.property("cores"))
                .listener(progress)
                .build()) {
            context.receive(
                            GeneratedSourceProvider.NAME,
                            Map.of("partitions", ThisJvm.property("partitions"), "records", Long.toString(records)))
                    .map(GeneratedSourceProvider::number)
                    .mapToPair(index -> Pair.of(Keyed.name(Keyed.MIXED.key(index, keys)), Keyed.amount(index)))
                    .reduceByKey(Long::sum)
                    .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("totals", batch -> batch.forEach(total -> totals.put(total.key(), total.value())));
            context.start();
            progress.await();
            meter.report(totals.entrySet().stream()
                    .mapToLong(total -> total.getKey().hashCode() * total.getValue())
                    .sum());
        } finally {
            Scratch.delete(checkpoint);
        }
    }

    private static final class Progress implements StreamingListener {
        private final Meter meter;
        private final long records;
        private final AtomicLong committed = new AtomicLong();
        private final CountDownLatch done = new CountDownLatch(1);
        private boolean begun;

        Progress(Meter meter, long records) {
            this.meter = meter;
            this.records = records;
        }

        void await() throws InterruptedException {
            done.await();
            if (committed.get() < records) {
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "it ended after %d of %d records", committed.get(), records));
            }
        }

        @Override
        public void onBatchStarted(BatchStarted event) {
            if (!begun) {
                begun = true;
                meter.beginNow();
            }
        }

        @Override
        public void onBatchCommitted(BatchCommitted event) {
            meter.counted(event.records());
            if (committed.addAndGet(event.records()) >= records) {
                done.countDown();
            }
        }

        @Override
        public void onStreamingStopped(StreamingStopped event) {
            done.countDown();
        }
    }
}
