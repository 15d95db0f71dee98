// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import io.millrace.benchmarks.compare.ContenderJvm;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.measure.BatchResult;
import io.millrace.benchmarks.measure.BatchTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Runs systems on tasks in turns, checks what they answer, and keeps the medians. */
final class BatchRounds {
    /**
     * A system at a task.
     *
     * @param system which system
     * @param task which task
     * @param checksum the right answer
     */
    record Entry(SystemUnderTest system, BatchTask task, long checksum) {}

    private final PrintWriter out;
    private final ContenderJvm jvm;

    BatchRounds(PrintWriter out, List<String> heap, int timeoutSeconds, Path output) throws IOException {
        Files.createDirectories(output);
        this.out = out;
        this.jvm = new ContenderJvm(heap, Duration.ofSeconds(timeoutSeconds), output);
    }

    /** Runs every entry once in each round. */
    Map<Entry, List<BatchResult>> run(List<Entry> entries, int rounds) throws IOException, InterruptedException {
        Map<Entry, List<BatchResult>> results = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Entry entry : entries) {
                String label = String.format(
                        Locale.ROOT,
                        "%s-%d-%d-%d",
                        entry.system(),
                        entry.task().keys(),
                        entry.task().windowBatches(),
                        round);
                BatchResult result = jvm.run(entry.system(), entry.task().jvmArguments(), label, BatchResult.class);
                if (result.checksum() != entry.checksum()) {
                    throw new IOException(String.format(
                            Locale.ROOT,
                            "%s is wrong: the checksum of its last batch is %d, not %d",
                            entry.system(),
                            result.checksum(),
                            entry.checksum()));
                }
                results.computeIfAbsent(entry, unseen -> new ArrayList<>()).add(result);
                out.printf(
                        Locale.ROOT,
                        "round %d  %-24s %,10d keys %5d batches a window  %8.1f ms a batch%n",
                        round,
                        entry.system(),
                        entry.task().keys(),
                        entry.task().windowBatches(),
                        result.medianMillis());
                out.flush();
            }
        }
        return results;
    }

    /** How many times as fast as another system at the same task an entry is; a dash if that took no part. */
    static String timesAsFast(Map<Entry, List<BatchResult>> results, Entry entry, SystemUnderTest other) {
        return results.entrySet().stream()
                .filter(run -> run.getKey().system().equals(other)
                        && run.getKey().task().equals(entry.task()))
                .findFirst()
                .map(run -> String.format(
                        Locale.ROOT,
                        "%.1f",
                        ratio(run.getValue(), results.getOrDefault(entry, List.of()), BatchResult::medianMillis)))
                .orElse("–");
    }

    /** Returns the median of a figure over the rounds. */
    static double median(List<BatchResult> results, ToDoubleFunction<BatchResult> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Returns the median of the ratios, taken within a round. */
    static double ratio(List<BatchResult> results, List<BatchResult> baseline, ToDoubleFunction<BatchResult> figure) {
        double[] ratios = new double[results.size()];
        Arrays.setAll(
                ratios, round -> figure.applyAsDouble(results.get(round)) / figure.applyAsDouble(baseline.get(round)));
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }
}
