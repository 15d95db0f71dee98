// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.millrace.servers.HdfsCluster;
import io.millrace.wal.hdfs.HdfsWalStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the log on HDFS makes of three real datanodes, beside one bare stream, in turns. */
@Command(
        name = "hdfs-log",
        description =
                "Measures the log on HDFS with blocks from several threads, beside one stream of hsync'ed writes of"
                        + " 1 MiB, on three datanodes on this machine.",
        mixinStandardHelpOptions = true)
public final class HdfsLogCommand implements Callable<Integer> {
    @Option(
            names = "--mib",
            defaultValue = "256",
            description = "How much a turn writes, default ${DEFAULT-VALUE} MiB.")
    private int mib = 256;

    @Option(names = "--threads", defaultValue = "4", description = "Who append, default ${DEFAULT-VALUE}.")
    private int threads = 4;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "How often each is measured, default ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (HdfsCluster cluster = HdfsCluster.builder().throughput().start()) {
            measure(cluster.uri());
        }
        return 0;
    }

    private void measure(URI cluster) throws IOException, InterruptedException {
        long bytes = (long) mib << 20;
        double[] ratios = new double[rounds];
        double[] bareRates = new double[rounds];
        double[] logRates = new double[rounds];
        LogFigures.printHeader();
        try (LoadedLog log = new LoadedLog(new HdfsWalStoreProvider(), cluster.resolve("/log"), Map.of(), threads)) {
            BareHdfs.run(cluster, bytes).print("bare stream, warming up");
            log.append(bytes, 0).print("log, warming up");
            for (int i = 0; i < rounds; i++) {
                LogFigures bare = BareHdfs.run(cluster, bytes);
                bare.print("bare stream, 1 MiB");
                LogFigures loaded = log.append(bytes, 0);
                loaded.print("log, 64 KiB blocks");
                bareRates[i] = bare.mibPerSecond();
                logRates[i] = loaded.mibPerSecond();
                ratios[i] = loaded.mibPerSecond() / bare.mibPerSecond();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nmedians of %d: log %.1f MiB/s, bare stream %.1f MiB/s, ratio %.2f (%.2f to %.2f)%n",
                rounds,
                median(logRates),
                median(bareRates),
                median(ratios),
                Arrays.stream(ratios).min().orElse(0),
                Arrays.stream(ratios).max().orElse(0));
    }

    private static double median(double[] of) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
