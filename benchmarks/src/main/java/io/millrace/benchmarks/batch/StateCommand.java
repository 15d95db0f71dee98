// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import io.millrace.benchmarks.batch.BatchRounds.Entry;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.measure.BatchResult;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.system.MillraceMapWithState;
import io.millrace.benchmarks.system.MillraceRunningReduce;
import io.millrace.benchmarks.system.MillraceSpilledReduce;
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

/** What a batch costs that touches some keys of a state that holds many. */
@Command(
        name = "state",
        description =
                "Measures batches that touch a part of a keyed state: that the cost follows the keys touched and not the"
                        + " keys held, what a key takes of the heap, and Spark's mapWithState beside it.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class StateCommand implements Callable<Integer> {
    private static final SystemUnderTest REDUCE =
            SystemUnderTest.here("millrace-running-reduce", MillraceRunningReduce.class.getName());
    private static final SystemUnderTest SPILLED =
            SystemUnderTest.here("millrace-spilled-reduce", MillraceSpilledReduce.class.getName());
    private static final SystemUnderTest MAP =
            SystemUnderTest.here("millrace-map-with-state", MillraceMapWithState.class.getName());
    private static final SystemUnderTest SPARK = SystemUnderTest.onSpark("spark-map-with-state", "SparkState");

    @Spec
    private CommandSpec spec;

    @Mixin
    private BatchOptions options;

    @Option(names = "--keys", split = ",", description = "How many keys are held.")
    private List<Integer> keys = List.of(100_000, 1_000_000, 4_000_000);

    @Option(names = "--touched", description = "How many keys a batch touches.")
    private int touched = 100_000;

    @Option(names = "--spark-keys", description = "How many keys Spark holds, beside ours at the same number.")
    private int sparkKeys = 1_000_000;

    @Option(
            names = "--spill",
            description = "In place of mapWithState: the running totals with memory for a tenth of the keys.")
    private boolean spill;

    /** Called by picocli. */
    public StateCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        BatchRounds rounds = new BatchRounds(out, options.heap(), options.timeout(), options.output());
        List<Entry> entries = new ArrayList<>();
        for (int held : keys) {
            entries.add(entry(REDUCE, held));
            entries.add(entry(spill ? SPILLED : MAP, held));
            if (!spill && held == sparkKeys && SystemUnderTest.sparkIsBuilt()) {
                entries.add(entry(SPARK, held));
            }
        }
        Map<Entry, List<BatchResult>> results = rounds.run(entries, options.rounds());
        out.printf(
                Locale.ROOT,
                "%n%,d keys touched by a batch; medians of %d rounds in turns%n%n"
                        + "| system                   | keys held | ms a batch | p99 ms | CPU ms a batch | heap bytes a key | × Spark |%n"
                        + "| ------------------------ | --------- | ---------- | ------ | -------------- | ---------------- | ------- |%n",
                touched,
                options.rounds());
        results.forEach((entry, of) -> out.printf(
                Locale.ROOT,
                "| %-24s | %,9d | %10.1f | %6.1f | %14.1f | %16.0f | %7s |%n",
                entry.system(),
                entry.task().keys(),
                BatchRounds.median(of, BatchResult::medianMillis),
                BatchRounds.median(of, BatchResult::p99Millis),
                BatchRounds.median(of, BatchResult::cpuMillis),
                BatchRounds.median(of, BatchResult::heapBytesPerKey),
                BatchRounds.timesAsFast(results, entry, SPARK)));
        out.flush();
        return 0;
    }

    /** Every key is touched once before any is measured. */
    private Entry entry(SystemUnderTest system, int held) {
        if (held % touched != 0) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d keys held are not a multiple of %d touched", held, touched));
        }
        BatchTask task = new BatchTask(
                Keyed.ROUND,
                options.intervalMillis(),
                options.partitions(),
                touched,
                held,
                1,
                held / touched + 10,
                options.measured());
        return new Entry(system, task, task.workload().checksum(0, task.records() - touched, task.records(), held));
    }
}
