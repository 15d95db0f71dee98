// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.millrace.servers.S3Server;
import io.millrace.wal.s3.S3WalStoreProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the log makes of an object store that is far away, beside bare writes of the same size, as many at once. */
@Command(
        name = "s3-log",
        description = "Measures the log on S3 with a slow link to a real server, beside bare writes of the same size.",
        mixinStandardHelpOptions = true)
public final class S3LogCommand implements Callable<Integer> {
    private static final String BUCKET = "benchmark";
    private static final int THREADS = 4;

    @Option(names = "--object", defaultValue = "1", description = "MiB per object, default ${DEFAULT-VALUE}.")
    private int mibPerObject = 1;

    @Option(names = "--in-flight", defaultValue = "8", description = "Objects at once, default ${DEFAULT-VALUE}.")
    private int inFlight = 8;

    @Option(names = "--delay", defaultValue = "100", description = "Of each answer, in ms, default ${DEFAULT-VALUE}.")
    private int delayMillis = 100;

    @Option(names = "--mib", defaultValue = "512", description = "Written per measurement, default ${DEFAULT-VALUE}.")
    private int mib = 512;

    @Option(names = "--rounds", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--linger",
            defaultValue = "250",
            description = "At the lower rate, in ms, default ${DEFAULT-VALUE}.")
    private int lingerMillis = 250;

    private final List<Round> done = new ArrayList<>();

    /**
     * One round.
     *
     * @param bare writes without a log
     * @param full the log as fast as it takes blocks
     * @param slow the log at a rate at which the linger decides
     */
    private record Round(LogFigures bare, LogFigures full, LogFigures slow) {}

    @Override
    public Integer call() throws Exception {
        LogFigures.printHeader();
        try (S3Server server = S3Server.builder().start();
                SlowLink link = new SlowLink(server.endpoint(), Duration.ofMillis(delayMillis))) {
            server.createBucket(BUCKET);
            bare(server, link).print("warming up");
            for (int i = 0; i < rounds; i++) {
                done.add(round(server, link, i));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nmedians of %d: throughput %.2f of bare writes; at a low rate ack p50 %.0f ms, allowed are %.0f ms"
                        + " (linger %d ms + 1.5 writes)%n",
                rounds,
                median(round -> round.full.mibPerSecond() / round.bare.mibPerSecond()),
                median(round -> round.slow.medianNanos() / 1e6),
                lingerMillis + 1.5 * median(round -> round.bare.medianNanos() / 1e6),
                lingerMillis);
        return 0;
    }

    private Round round(S3Server server, SlowLink link, int number) throws Exception {
        boolean logFirst = number % 2 == 1;
        LogFigures full = logFirst ? log(server, link, number + "-full", 0, 0, mib) : null;
        LogFigures bare = bare(server, link);
        bare.print("bare writes");
        if (full == null) {
            full = log(server, link, number + "-full", 0, 0, mib);
        }
        full.print("log, full speed");
        double low = Math.min(4, full.mibPerSecond() / 4);
        LogFigures slow = log(server, link, number + "-slow", lingerMillis, low, (int) Math.ceil(10 * low));
        slow.print(String.format(Locale.ROOT, "log, %.0f MiB/s", low));
        return new Round(bare, full, slow);
    }

    private LogFigures bare(S3Server server, SlowLink link) throws Exception {
        return BarePuts.run(
                link.endpoint(), server.settings(), BUCKET, mibPerObject << 20, inFlight, mib / mibPerObject);
    }

    private LogFigures log(S3Server server, SlowLink link, String prefix, int linger, double rate, int amount)
            throws Exception {
        Map<String, String> settings = new TreeMap<>(server.settings());
        settings.put("endpoint", link.endpoint().toString());
        settings.put("in-flight", Integer.toString(inFlight));
        settings.put("max-batch", mibPerObject + "MiB");
        settings.put("linger", linger + "ms");
        settings.put("probe", "never");
        URI location = URI.create("s3://" + BUCKET + "/" + prefix);
        try (LoadedLog log = new LoadedLog(new S3WalStoreProvider(), location, settings, THREADS)) {
            return log.append((long) amount << 20, rate);
        }
    }

    private double median(ToDoubleFunction<Round> of) {
        double[] sorted = done.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
