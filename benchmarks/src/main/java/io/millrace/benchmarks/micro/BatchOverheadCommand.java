// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a batch costs that reads nothing: four operators, four partitions, the ledger on. */
@Command(
        name = "batch-overhead",
        description = "Measures the fixed cost of a batch: processor time, delay, and whether delay grows.",
        mixinStandardHelpOptions = true)
public final class BatchOverheadCommand implements Callable<Integer> {
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
            names = "--rounds",
            defaultValue = "3",
            description = "Rounds in memory and on disk, alternating, default ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.printf(
                "%-8s %8s %10s %14s %12s %12s %12s %12s%n",
                "ledger",
                "batches",
                "of planned",
                "cpu ms/batch",
                "delay p50",
                "delay p99",
                "first half",
                "second half");
        for (int round = 0; round < rounds; round++) {
            measure("memory", null);
            Path directory = Files.createTempDirectory("millrace-overhead");
            try {
                measure("disk", directory);
            } finally {
                delete(directory);
            }
        }
        return 0;
    }

    private void measure(String label, @Nullable Path checkpoint) throws InterruptedException {
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
            long cpu = cpuNanos();
            delays.recording.set(true);
            context.awaitTermination(Duration.ofSeconds(seconds));
            delays.recording.set(false);
            cpu = cpuNanos() - cpu;
            report(label, delays, cpu);
        }
    }

    private void report(String label, Delays delays, long cpuNanos) {
        long[] all = delays.taken();
        long[] sorted = all.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-8s %8d %9.1f%% %14.3f %9d ms %9d ms %9d ms %9d ms%n",
                label,
                all.length,
                100.0 * all.length * intervalMillis / (seconds * 1000.0),
                cpuNanos / 1e6 / Math.max(1, all.length),
                percentile(sorted, 0.50),
                percentile(sorted, 0.99),
                median(all, 0, all.length / 2),
                median(all, all.length / 2, all.length));
    }

    private static long percentile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    private static long median(long[] values, int from, int to) {
        long[] part = Arrays.copyOfRange(values, from, to);
        Arrays.sort(part);
        return percentile(part, 0.5);
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
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
