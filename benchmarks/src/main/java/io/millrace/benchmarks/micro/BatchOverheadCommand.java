// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.benchmarks.system.Scratch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a batch costs that reads nothing: four operators, four partitions, the ledger on. */
@Command(
        name = "batch-overhead",
        description = "Measures the fixed cost of a batch: processor time, delay, and whether delay grows.",
        mixinStandardHelpOptions = true)
public final class BatchOverheadCommand implements Callable<Integer> {
    /** A round holds its interval if this share of the ticks got a batch of their own, and delay does not grow. */
    private static final double LEAST_SHARE = 0.99;

    @Option(
            names = "--interval-ms",
            defaultValue = "5",
            description = "Batch interval in ms, default ${DEFAULT-VALUE}.")
    private long intervalMillis = 5;

    @Option(names = "--seconds", defaultValue = "20", description = "How long a round is, default ${DEFAULT-VALUE}.")
    private int seconds = 20;

    @Option(names = "--warm-up", defaultValue = "10", description = "Seconds before, default ${DEFAULT-VALUE}.")
    private int warmUp = 10;

    @Option(
            names = "--ledger",
            split = ",",
            defaultValue = "memory,disk",
            description = "Where the ledger is: memory, disk, or both in turns, default ${DEFAULT-VALUE}.")
    private List<String> ledgers = List.of("memory", "disk");

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Rounds in memory and on disk, alternating, default ${DEFAULT-VALUE}.")
    private int rounds = 3;

    /** @return 1 if a round did not hold its interval, else 0 */
    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%-8s %8s %10s %14s %14s %10s %10s %12s %12s  %s%n",
                "ledger",
                "batches",
                "of ticks",
                "cpu ms/batch",
                "without JIT",
                "delay p50",
                "delay p99",
                "first tenth",
                "last tenth",
                "interval");
        boolean held = true;
        for (int round = 0; round < rounds; round++) {
            for (String ledger : ledgers) {
                held &= measure(ledger);
            }
        }
        return held ? 0 : 1;
    }

    private boolean measure(String ledger) throws IOException, InterruptedException {
        if (ledger.equals("memory")) {
            return measure(ledger, null);
        }
        Path directory = Scratch.directory();
        try {
            return measure(ledger, directory);
        } finally {
            Scratch.delete(directory);
        }
    }

    private boolean measure(String label, @Nullable Path checkpoint) throws InterruptedException {
        Delays delays = new Delays();
        StreamingContextBuilder builder = StreamingContext.builder("overhead")
                .batchInterval(Duration.ofMillis(intervalMillis))
                .listener(delays);
        if (checkpoint != null) {
            builder.checkpoint(checkpoint);
        }
        try (StreamingContext context = builder.build()) {
            context.receive("empty", Map.of())
                    .map(record -> record.offset())
                    .filter(offset -> offset > 0)
                    .map(offset -> offset + 1)
                    .map(offset -> offset * 2)
                    .foreachBatch("nothing", batch -> {});
            context.start();
            context.awaitTermination(Duration.ofSeconds(warmUp));
            long process = processNanos();
            long threads = threadNanos();
            delays.recording.set(true);
            context.awaitTermination(Duration.ofSeconds(seconds));
            delays.recording.set(false);
            return report(label, delays.taken(), processNanos() - process, threadNanos() - threads);
        }
    }

    private boolean report(String label, long[] delays, long processNanos, long threadNanos) {
        long[] sorted = delays.clone();
        Arrays.sort(sorted);
        int tenth = delays.length / 10;
        long first = median(delays, 0, tenth);
        long last = median(delays, delays.length - tenth, delays.length);
        double share = delays.length * intervalMillis / (seconds * 1000.0);
        boolean grows = last > first + intervalMillis;
        System.out.printf(
                Locale.ROOT,
                "%-8s %8d %9.1f%% %14.3f %14.3f %7d ms %7d ms %9d ms %9d ms  %s%n",
                label,
                delays.length,
                100 * share,
                processNanos / 1e6 / Math.max(1, delays.length),
                threadNanos / 1e6 / Math.max(1, delays.length),
                percentile(sorted, 0.50),
                percentile(sorted, 0.99),
                first,
                last,
                grows ? "NOT held: delay grows" : share < LEAST_SHARE ? "NOT held: ticks were missed" : "held");
        return !grows && share >= LEAST_SHARE;
    }

    private static long percentile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    private static long median(long[] values, int from, int to) {
        long[] part = Arrays.copyOfRange(values, from, to);
        Arrays.sort(part);
        return percentile(part, 0.5);
    }

    private static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** What the threads that run Java code have used; compiling and collecting are done by others. */
    private static long threadNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getAllThreadIds())
                .map(threads::getThreadCpuTime)
                .filter(nanos -> nanos > 0)
                .sum();
    }

    /** From a batch's time to its durable commit, in milliseconds. */
    private static final class Delays implements StreamingListener {
        private final AtomicBoolean recording = new AtomicBoolean();
        private long[] delays = new long[1024];
        private int count;

        @Override
        public synchronized void onBatchCommitted(BatchCommitted event) {
            if (recording.get()) {
                if (count == delays.length) {
                    delays = Arrays.copyOf(delays, count * 2);
                }
                delays[count++] = event.at().toEpochMilli() - event.batchTime().toEpochMilli();
            }
        }

        synchronized long[] taken() {
            return Arrays.copyOf(delays, count);
        }
    }
}
