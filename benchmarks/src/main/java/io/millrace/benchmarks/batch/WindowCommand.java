// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import io.millrace.benchmarks.batch.BatchRounds.Entry;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.measure.BatchResult;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.system.MillraceWindow;
import io.millrace.benchmarks.workload.Keyed;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a slide of a window costs, by the length of the window. */
@Command(
        name = "window",
        description =
                "Measures a sliding window with an inverse: that a slide costs the same however long the window is,"
                        + " and Spark's reduceByKeyAndWindow beside it.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class WindowCommand implements Callable<Integer> {
    private static final SystemUnderTest MILLRACE =
            SystemUnderTest.here("millrace-window", MillraceWindow.class.getName());
    private static final SystemUnderTest SPARK = SystemUnderTest.onSpark("spark-window", "SparkWindow");

    @Spec
    private CommandSpec spec;

    @Mixin
    private BatchOptions options;

    @Option(names = "--lengths", split = ",", description = "How many batches a window has; it slides by one.")
    private List<Integer> lengths = List.of(10, 60, 240);

    @Option(names = "--keys", description = "How many keys there are.")
    private int keys = 1_000;

    @Option(names = "--records", description = "How many records a batch has.")
    private int records = 100_000;

    @Option(names = "--spark-length", description = "How many batches Spark's window has, beside ours of that length.")
    private int sparkLength = 60;

    /** Called by picocli. */
    public WindowCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        BatchRounds rounds = new BatchRounds(out, options.heap(), options.timeout(), options.output());
        List<Entry> entries = new ArrayList<>();
        for (int length : lengths) {
            entries.add(entry(MILLRACE, length));
            if (length == sparkLength && SystemUnderTest.sparkIsBuilt()) {
                entries.add(entry(SPARK, length));
            }
        }
        Map<Entry, List<BatchResult>> results = rounds.run(entries, options.rounds());
        out.printf(
                Locale.ROOT,
                "%n%,d records of %,d keys a batch; medians of %d rounds in turns%n%n"
                        + "| system          | batches a window | ms a slide | p99 ms | CPU ms a slide | × Spark |%n"
                        + "| --------------- | ---------------- | ---------- | ------ | -------------- | ------- |%n",
                records,
                keys,
                options.rounds());
        results.forEach((entry, of) -> out.printf(
                Locale.ROOT,
                "| %-15s | %16d | %10.1f | %6.1f | %14.1f | %7s |%n",
                entry.system(),
                entry.task().windowBatches(),
                BatchRounds.median(of, BatchResult::medianMillis),
                BatchRounds.median(of, BatchResult::p99Millis),
                BatchRounds.median(of, BatchResult::cpuMillis),
                BatchRounds.timesAsFast(results, entry, SPARK)));
        out.flush();
        return 0;
    }

    /** The window is full before any slide is measured. */
    private Entry entry(SystemUnderTest system, int length) {
        BatchTask task = new BatchTask(
                Keyed.MIXED,
                options.intervalMillis(),
                options.partitions(),
                records,
                keys,
                length,
                length + 10,
                options.measured());
        long from = task.records() - (long) length * records;
        return new Entry(system, task, task.workload().checksum(from, from, task.records(), keys));
    }
}
