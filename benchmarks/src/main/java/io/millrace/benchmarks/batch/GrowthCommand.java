// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import io.millrace.benchmarks.compare.ContenderJvm;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.measure.Result;
import io.millrace.benchmarks.measure.ThisJvm;
import io.millrace.benchmarks.system.MillraceGenerated;
import io.millrace.benchmarks.workload.Keyed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How throughput grows with one thing, the others held at their usual value. */
@Command(
        name = "growth",
        description = "Measures throughput against cores, partitions, keys and the batch interval, each by itself, on"
                + " records made in the process, and draws a chart of each.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class GrowthCommand implements Callable<Integer> {
    private static final SystemUnderTest MILLRACE =
            SystemUnderTest.here("millrace-generated", MillraceGenerated.class.getName());

    @Spec
    private CommandSpec spec;

    @Option(names = "--axes", split = ",", description = "What is varied: ${COMPLETION-CANDIDATES}.")
    private List<GrowthAxis> axes = List.of(GrowthAxis.values());

    @Option(names = "--records", description = "How many records a run has, a multiple of 64.")
    private long records = 12_800_000;

    @Option(names = "--rounds", description = "How many rounds; each runs every point once.")
    private int rounds = 3;

    @Option(names = "--heap", split = ",", description = "The heap of every run.")
    private List<String> heap = List.of("-Xms2g", "-Xmx4g");

    @Option(names = "--timeout", description = "Seconds after which a run has failed.")
    private int timeout = 600;

    @Option(names = "--output", description = "The directory for the output of each run.")
    private Path output = Path.of("benchmarks", "target", "results");

    @Option(names = "--charts", description = "The directory for the charts.")
    private Path charts = Path.of("benchmarks", "target", "charts");

    private final Map<List<Long>, Long> checksums = new HashMap<>();

    /** Called by picocli. */
    public GrowthCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(output);
        Files.createDirectories(charts);
        ContenderJvm jvm = new ContenderJvm(heap, Duration.ofSeconds(timeout), output);
        for (GrowthAxis axis : axes) {
            double[][] perSecond = measure(axis, jvm, out);
            out.printf(
                    Locale.ROOT,
                    "%n%,d records or more; medians of %d rounds in turns%n%n| %s | records/s (least–most) |%n| --- | --- |%n",
                    records,
                    rounds,
                    axis.label());
            double[] medians = new double[perSecond.length];
            for (int point = 0; point < perSecond.length; point++) {
                Arrays.sort(perSecond[point]);
                medians[point] = perSecond[point][rounds / 2];
                out.printf(
                        Locale.ROOT,
                        "| %,d | %,.0f (%,.0f–%,.0f) |%n",
                        axis.points().get(point),
                        medians[point],
                        perSecond[point][0],
                        perSecond[point][rounds - 1]);
            }
            Path chart = GrowthChart.draw(axis, medians, charts);
            out.printf(Locale.ROOT, "%nwritten to %s%n", chart);
            out.flush();
        }
        return 0;
    }

    /** By point and round, records per second once the first batches were done. */
    private double[][] measure(GrowthAxis axis, ContenderJvm jvm, PrintWriter out)
            throws IOException, InterruptedException {
        List<Long> points = axis.points();
        double[][] perSecond = new double[points.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int point = 0; point < points.size(); point++) {
                String label = String.format(Locale.ROOT, "growth-%s-%d-%d", axis, points.get(point), round);
                Result result = jvm.run(MILLRACE, arguments(axis, points.get(point)), label, Result.class);
                long keys = axis == GrowthAxis.KEYS ? points.get(point) : GrowthAxis.KEYS.usual();
                long expected = checksum(records(axis, points.get(point)), keys);
                if (result.checksum() != expected) {
                    throw new IOException(String.format(
                            Locale.ROOT,
                            "%s is wrong: its checksum is %d, not %d",
                            label,
                            result.checksum(),
                            expected));
                }
                perSecond[point][round] = result.throughput();
                out.printf(
                        Locale.ROOT,
                        "round %d  %-24s %,12d  %,14.0f records/s%n",
                        round + 1,
                        axis.label(),
                        points.get(point),
                        perSecond[point][round]);
                out.flush();
            }
        }
        return perSecond;
    }

    private List<String> arguments(GrowthAxis varied, long value) {
        List<String> arguments = new ArrayList<>();
        arguments.add(ThisJvm.argument("records", records(varied, value)));
        for (GrowthAxis axis : GrowthAxis.values()) {
            long here = axis == varied ? value : axis.usual();
            arguments.add(ThisJvm.argument(axis.property(), here));
            if (axis == GrowthAxis.CORES) {
                arguments.add("-XX:ActiveProcessorCount=" + here);
            }
        }
        return arguments;
    }

    /** Three batches at least, if they were as large as the largest that fit. */
    private long records(GrowthAxis axis, long value) {
        long intervalMillis = axis == GrowthAxis.INTERVAL ? value : GrowthAxis.INTERVAL.usual();
        return records * Math.max(1, intervalMillis / 2_000);
    }

    private long checksum(long records, long keys) {
        return checksums.computeIfAbsent(
                List.of(records, keys), of -> Keyed.MIXED.checksum(0, 0, records, Math.toIntExact(keys)));
    }
}
