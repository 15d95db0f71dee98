// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import static java.util.Objects.requireNonNull;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.workload.Keyed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Batches of generated pairs in Millrace, and what each cost: from its start until it is committed durably. */
final class MillraceBatches {
    private static final int PARALLELISM = 2;
    private static final int SPILLED_PART = 10;

    /** What an entry of a spilled state counts for. */
    private static final int KEY_BYTES = 160;

    private final BatchTask task;
    private final BatchMeter meter;
    private final boolean spilled;

    MillraceBatches(BatchTask task, BatchMeter meter) {
        this(task, meter, false);
    }

    /**
     * Batches of one program.
     *
     * @param spilled whether only a tenth of the keys of its state fit the memory that it is given
     */
    MillraceBatches(BatchTask task, BatchMeter meter, boolean spilled) {
        this.task = task;
        this.meter = meter;
        this.spilled = spilled;
    }

    /**
     * Runs a program on the batches until all are done.
     *
     * @param whenDone called while the program still holds its state, with the checksum of what the last batch put out
     */
    void run(Function<PairDStream<String, Long>, ? extends DStream<Pair<String, Long>>> program, WhenDone whenDone)
            throws IOException, InterruptedException {
        Path checkpoint = Scratch.directory();
        Map<Instant, Long> checksums = new ConcurrentHashMap<>();
        Listener listener = new Listener();
        StreamingContextBuilder builder = StreamingContext.builder("benchmark");
        if (spilled) {
            builder.set("state.store", "mvstore")
                    .set("state.store.directory", checkpoint.resolve("spilled").toString())
                    .set("state.memory", task.keys() / SPILLED_PART * KEY_BYTES + "B");
        }
        try (StreamingContext context = builder.batchInterval(Duration.ofMillis(task.intervalMillis()))
                .checkpoint(checkpoint)
                .set("scheduler.threads", Integer.toString(PARALLELISM))
                .listener(listener)
                .build()) {
            program.apply(pairs(context)).foreachBatch("totals", batch -> {
                LongAdder sum = new LongAdder();
                batch.forEach(total -> sum.add(total.key().hashCode() * total.value()));
                checksums.put(batch.id().batchTime(), sum.sum());
            });
            context.start();
            meter.await();
            whenDone.accept(requireNonNull(checksums.get(listener.last)));
        } finally {
            Scratch.delete(checkpoint);
        }
    }

    private PairDStream<String, Long> pairs(StreamingContext context) {
        Keyed workload = task.workload();
        int keys = task.keys();
        return context.receive(
                        GeneratedSourceProvider.NAME,
                        Map.of(
                                "partitions", Integer.toString(task.partitions()),
                                "records", Long.toString(task.records()),
                                "per-batch", Integer.toString(task.recordsPerBatch())))
                .map(GeneratedSourceProvider::number)
                .mapToPair(index -> Pair.of(Keyed.name(workload.key(index, keys)), Keyed.amount(index)));
    }

    /** What is done at the end. */
    interface WhenDone {
        void accept(long checksum);
    }

    private final class Listener implements StreamingListener {
        private final Map<Instant, Instant> started = new HashMap<>();
        private volatile Instant last = Instant.EPOCH;

        @Override
        public void onBatchStarted(BatchStarted event) {
            started.put(event.batch().batchTime(), event.at()); // the next may start before this one is committed
        }

        @Override
        public void onBatchCommitted(BatchCommitted event) {
            Instant begun = requireNonNull(started.remove(event.batchTime()));
            if (event.records() > 0) {
                last = event.batchTime();
                meter.completed(Duration.between(begun, event.at()).toNanos() / 1e6);
            }
        }

        @Override
        public void onStreamingStopped(StreamingStopped event) {
            meter.giveUp();
        }
    }
}
