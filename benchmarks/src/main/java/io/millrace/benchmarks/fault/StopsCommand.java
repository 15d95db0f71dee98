// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.compare.ContenderJvm;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.measure.StopResult;
import io.millrace.benchmarks.measure.StopResult.Stop;
import io.millrace.benchmarks.measure.StopTask;
import io.millrace.benchmarks.system.Scratch;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What graceful stops lose. */
@Command(
        name = "graceful-stops",
        description = "Stops programs gracefully while a receiver takes records, and counts what no output has seen;"
                + " Spark's beside them, with the checkpoint on, with and without its write-ahead log.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class StopsCommand implements Callable<Integer> {
    private static final SystemUnderTest MILLRACE = SystemUnderTest.here("millrace", MillraceStops.class.getName());
    private static final SystemUnderTest SPARK = SystemUnderTest.onSpark("spark", "SparkStops");

    @Spec
    private CommandSpec spec;

    @Option(names = "--stops", description = "How often Millrace is stopped.")
    private int stops = 20;

    @Option(names = "--spark-stops", description = "How often Spark is, each with and without its log.")
    private int sparkStops = 5;

    @Option(names = "--interval-ms", description = "The batch interval in ms.")
    private long intervalMillis = 1_000;

    @Option(names = "--run-ms", description = "How long a program runs before it is stopped.")
    private long runMillis = 3_500;

    @Option(names = "--gap-us", description = "How long the receiver pauses after each record, in microseconds.")
    private long gapMicros = 1_000;

    @Option(names = "--wal", description = "Where Millrace keeps its logs: ${COMPLETION-CANDIDATES}.")
    private LogServer.Kind wal = LogServer.Kind.FILE;

    @Option(names = "--heap", split = ",", description = "The heap of every system.")
    private List<String> heap = List.of("-Xms512m", "-Xmx1g");

    @Option(names = "--output", description = "The directory for the output of each run.")
    private Path output = Path.of("benchmarks", "target", "results");

    /** Called by picocli. */
    public StopsCommand() {}

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(output);
        PrintWriter out = spec.commandLine().getOut();
        ContenderJvm jvm = new ContenderJvm(heap, Duration.ofHours(2), output);
        Path scratch = Scratch.directory();
        out.printf(
                Locale.ROOT,
                "| system                 | stops | lost records in | records lost | twice | not complete | median ms |"
                        + " longest ms |%n"
                        + "| ---------------------- | ----- | --------------- | ------------ | ----- | ------------ |"
                        + " --------- | ---------- |%n");
        boolean exact;
        try (LogServer server = LogServer.start(wal, scratch)) {
            List<String> arguments = new ArrayList<>(task(stops, true).jvmArguments());
            arguments.addAll(server.place().jvmArguments(scratch.resolve("log.properties")));
            StopResult ours = jvm.run(MILLRACE, arguments, "graceful-stops-millrace", StopResult.class);
            print("millrace, " + wal.name().toLowerCase(Locale.ROOT), ours);
            exact = ours.stops().stream().allMatch(stop -> stop.complete() && stop.lost() + stop.twice() == 0);
        } finally {
            Scratch.delete(scratch);
        }
        if (SystemUnderTest.sparkIsBuilt()) {
            for (boolean log : new boolean[] {false, true}) {
                print(
                        log ? "spark, log" : "spark, no log",
                        jvm.run(
                                SPARK,
                                task(sparkStops, log).jvmArguments(),
                                "graceful-stops-spark-" + log,
                                StopResult.class));
            }
        }
        return exact ? 0 : 1;
    }

    private StopTask task(int count, boolean log) {
        return new StopTask(count, runMillis, intervalMillis, gapMicros, log);
    }

    private void print(String system, StopResult result) {
        double[] millis =
                result.stops().stream().mapToDouble(Stop::millis).sorted().toArray();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "| %-22s | %5d | %15d | %,12d | %5d | %12d | %9.0f | %10.0f |%n",
                system,
                result.stops().size(),
                result.stops().stream().filter(stop -> stop.lost() > 0).count(),
                result.stops().stream().mapToLong(Stop::lost).sum(),
                result.stops().stream().mapToLong(Stop::twice).sum(),
                result.stops().stream().filter(stop -> !stop.complete()).count(),
                millis[millis.length / 2],
                millis[millis.length - 1]);
        out.flush();
    }
}
