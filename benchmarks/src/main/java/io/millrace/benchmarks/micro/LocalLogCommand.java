// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the local log makes of a disk, beside a bare file that is written and synced. */
@Command(
        name = "local-log",
        description = "Measures the local log with blocks from several threads, beside a bare file on the same disk.",
        mixinStandardHelpOptions = true)
public final class LocalLogCommand implements Callable<Integer> {
    private static final int[] BARE_BATCHES = {LoadedLog.BLOCK, 1 << 20, 4 << 20, 16 << 20};
    private static final int BLOCKS_PER_MIB = (1 << 20) / LoadedLog.BLOCK;

    @Option(names = "--directory", description = "Where to write; the temporary directory unless given.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

    @Option(
            names = "--mib",
            defaultValue = "1024",
            description = "How much a round writes, default ${DEFAULT-VALUE} MiB.")
    private int mib = 1024;

    @Option(
            names = "--warm-up",
            defaultValue = "2048",
            description = "How much the log takes before, so that its segments are full-size and used again, default"
                    + " ${DEFAULT-VALUE} MiB.")
    private int warmUp = 2048;

    @Option(names = "--threads", defaultValue = "4", description = "Who append, default ${DEFAULT-VALUE}.")
    private int threads = 4;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "How often each is measured, default ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--encrypted",
            description = "Measure instead a log that is encrypted beside one that is not, in turns.")
    private boolean encrypted;

    private final List<Round> done = new ArrayList<>();

    /**
     * One round.
     *
     * @param best the bare file at its best batch size
     * @param full the log as fast as it takes blocks
     * @param half the log at half of that
     * @param single the bare file with writes of the size of the groups that {@code half} synced
     * @param groups the bare file with blocks that come as they do in {@code half}
     */
    private record Round(LogFigures best, LogFigures full, LogFigures half, LogFigures single, LogFigures groups) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (encrypted) {
            new EncryptedLog(directory, threads, bytes(warmUp), bytes(mib)).compare(rounds);
            return 0;
        }
        LogFigures.printHeader();
        try (LoadedLog log = new LoadedLog(directory, threads)) {
            log.append(bytes(warmUp), 0).print("log, warming up");
            for (int i = 0; i < rounds; i++) {
                done.add(round(log));
            }
        }
        summarize();
        return 0;
    }

    private Round round(LoadedLog log) throws IOException, InterruptedException {
        LogFigures best = bare(BARE_BATCHES[0]);
        for (int i = 1; i < BARE_BATCHES.length; i++) {
            LogFigures bare = bare(BARE_BATCHES[i]);
            best = bare.mibPerSecond() > best.mibPerSecond() ? bare : best;
        }
        LogFigures full = log.append(bytes(mib), 0);
        full.print("log, 64 KiB blocks");
        double rate = full.mibPerSecond() / 2;
        LogFigures half = log.append(bytes(mib), rate);
        half.print("log, half of that");
        LogFigures groups = BareGroups.run(directory, LoadedLog.BLOCK, bytes(mib), rate);
        groups.print("bare file, as they come");
        int group = (int) (bytes(mib) / Math.max(1, half.syncs()));
        return new Round(best, full, half, bare(group), groups);
    }

    private LogFigures bare(int batch) throws IOException {
        LogFigures figures = BareFile.run(directory, batch, bytes(mib));
        figures.print("bare file, " + (batch >> 10) + " KiB");
        return figures;
    }

    private void summarize() {
        System.out.printf(
                Locale.ROOT,
                "%nmedians of %d: throughput %.2f of the best bare file; %.0f times fewer syncs than one per block;"
                        + " at half load p99 %.1f times one write and sync of the mean group, %.1f times a bare file's"
                        + " with the same load%n",
                done.size(),
                median(round -> round.full.mibPerSecond() / round.best.mibPerSecond()),
                median(round -> BLOCKS_PER_MIB / round.full.syncsPerMib()),
                median(round -> (double) round.half.p99Nanos() / round.single.p99Nanos()),
                median(round -> (double) round.half.p99Nanos() / round.groups.p99Nanos()));
    }

    private double median(ToDoubleFunction<Round> of) {
        double[] sorted = done.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static long bytes(int mib) {
        return (long) mib << 20;
    }
}
