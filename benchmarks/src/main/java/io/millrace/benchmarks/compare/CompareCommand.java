// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.benchmarks.measure.Result;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import io.millrace.servers.KafkaServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads a topic once and runs every contender on it in turns. */
@Command(
        name = "compare",
        description =
                "Runs systems in turns on one workload, each in a JVM of its own, and sets their results side by side.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class CompareCommand implements Callable<Integer> {
    private static final Map<Workload, Long> USUAL_RECORDS =
            Map.of(Workload.EVENTS, 25_000_000L, Workload.WORDS, 6_000_000L);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", description = "What to run: ${COMPLETION-CANDIDATES}.")
    private Workload workload;

    @Option(names = "--records", description = "How many records. Default: 25000000 events, 6000000 lines of words.")
    private long records;

    @Option(names = "--pairs", description = "How many rounds count; each runs every system once.")
    private int pairs = 5;

    @Option(names = "--warm-up", description = "How many rounds are run before and not counted.")
    private int warmUp = 1;

    @Option(names = "--systems", split = ",", description = "Which systems, in this order: ${COMPLETION-CANDIDATES}.")
    private List<Contender> systems = Stream.of(Contender.values())
            .filter(contender -> contender.kind() != Contender.Kind.PEER || SystemUnderTest.sparkIsBuilt())
            .toList();

    @Option(names = "--heap", split = ",", description = "The heap of every system.")
    private List<String> heap = List.of("-Xms2g", "-Xmx4g");

    @Option(names = "--timeout", description = "Seconds after which a run has failed.")
    private int timeout = 600;

    @Option(names = "--output", description = "The directory for results and the output of each run.")
    private Path output = Path.of("benchmarks", "target", "results");

    /** Called by picocli. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException, ExecutionException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long count = records > 0 ? records : USUAL_RECORDS.getOrDefault(workload, 0L);
        Files.createDirectories(output);
        try (KafkaServer kafka = KafkaServer.builder().throughput().heap("1g").start()) {
            String topic = workload.toString();
            long begin = System.nanoTime();
            new Loader(kafka.bootstrapServers()).load(topic, workload, count);
            out.printf(Locale.ROOT, "loaded %,d records in %.1f s%n", count, (System.nanoTime() - begin) / 1e9);
            out.flush();
            Comparison comparison = new Comparison(workload, count, machine(), run(kafka, topic, count, out));
            publish(comparison, out);
        }
        return 0;
    }

    private Map<Contender, List<Measurement>> run(KafkaServer kafka, String topic, long count, PrintWriter out)
            throws IOException, InterruptedException {
        ContenderJvm jvm = new ContenderJvm(heap, Duration.ofSeconds(timeout), output);
        long checksum = workload.checksum(count);
        Map<Contender, List<Measurement>> results = new LinkedHashMap<>();
        for (int round = 1 - warmUp; round <= pairs; round++) {
            for (Contender contender : systems) {
                Task task = new Task(kafka.bootstrapServers(), topic, workload, count, contender.parallelism());
                Interference interference = new Interference(kafka.pid());
                Result result = jvm.run(
                        contender.system(),
                        task.jvmArguments(),
                        String.format(Locale.ROOT, "%s-%s-%d", workload, contender, round),
                        Result.class);
                check(contender, result, count, checksum);
                Measurement measurement = new Measurement(result, interference.share(result.cpuSeconds()));
                out.printf(
                        Locale.ROOT,
                        "round %d  %-16s %,12.0f records/s %8.3f CPU µs/record %6.2f s start-up, others used %.0f %%%n",
                        round,
                        contender,
                        result.throughput(),
                        result.cpuMicrosPerRecord(),
                        result.startupSeconds(),
                        100 * measurement.othersShare());
                out.flush();
                if (round > 0) {
                    results.computeIfAbsent(contender, unseen -> new ArrayList<>())
                            .add(measurement);
                }
            }
        }
        return results;
    }

    private static void check(Contender contender, Result result, long count, long checksum) throws IOException {
        long expected = contender.kind() == Contender.Kind.LIMIT ? 0 : checksum;
        if (result.records() != count || result.checksum() != expected) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s is wrong: it counted %d records with checksum %d, not %d with %d",
                    contender,
                    result.records(),
                    result.checksum(),
                    count,
                    expected));
        }
    }

    private void publish(Comparison comparison, PrintWriter out) throws IOException {
        String table = new ComparisonTable(comparison).markdown();
        Path json = output.resolve(workload + ".json");
        Path markdown = output.resolve(workload + ".md");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), comparison);
        Files.writeString(markdown, table);
        out.printf(Locale.ROOT, "%n%s%nwritten to %s and %s%n", table, markdown, json);
        out.flush();
    }

    private static String machine() {
        return String.format(
                Locale.ROOT,
                "%d processors, Java %s, load %.1f before the first run.",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
