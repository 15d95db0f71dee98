// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.fault.FaultTask.Receiver;
import io.millrace.benchmarks.measure.SeenNumbers;
import io.millrace.benchmarks.system.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What kills and sleeping processes make of the records. */
@Command(
        name = "faults",
        description = "Kills, stops or puts to sleep a program while numbers come in, starts it again, and in the end"
                + " compares what it has written, and counted in its state, with the exact answer.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class FaultsCommand implements Callable<Integer> {
    /** What is done to the program. */
    enum Fault {
        /** {@code kill -9} at a random moment. */
        KILL,
        /** SIGTERM at a random moment, which the program answers with a graceful stop. */
        TERM,
        /** SIGSTOP; another process takes over where the log allows it; SIGCONT. */
        ZOMBIE
    }

    private static final int SIGTERM_STATUS = 128 + 15;
    private static final long BEYOND = 5_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--fault", description = "What is done to the program: ${COMPLETION-CANDIDATES}.")
    private Fault fault = Fault.KILL;

    @Option(names = "--wal", description = "Where it keeps its logs: ${COMPLETION-CANDIDATES}.")
    private LogServer.Kind wal = LogServer.Kind.FILE;

    @Option(names = "--receiver", description = "How the numbers come in: ${COMPLETION-CANDIDATES}.")
    private Receiver receiver = Receiver.PUSH;

    @Option(names = "--count", description = "How often.")
    private int count = 20;

    @Option(names = "--seed", description = "Repeats the moments. Default: another one each time.")
    private @Nullable Long seed;

    private Path directory = Path.of("");
    private LogPlace place = new LogPlace(URI.create(""), Map.of());
    private FaultTask task = new FaultTask(Receiver.PUSH, "", "", directory, 0);
    private int processes;

    /** Called by picocli. */
    public FaultsCommand() {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        long chosen = seed == null ? System.nanoTime() : seed;
        Random random = new Random(chosen);
        directory = Scratch.directory();
        Path results = Files.createDirectory(directory.resolve("results"));
        long begin = System.nanoTime();
        try (LogServer server = LogServer.start(wal, directory);
                @Nullable NumbersTopic topic = receiver == Receiver.PUSH ? null : new NumbersTopic()) {
            place = server.place();
            task = new FaultTask(
                    receiver, topic == null ? "" : topic.bootstrapServers(), NumbersTopic.NAME, results, 0);
            for (int done = 0; done < count; done++) {
                switch (fault) {
                    case KILL -> kill(random);
                    case TERM -> term(random);
                    case ZOMBIE -> zombie(random);
                }
                if (done % 20 == 19) {
                    out.printf(
                            Locale.ROOT,
                            "%d of %d, %,d numbers written%n",
                            done + 1,
                            count,
                            written().count());
                    out.flush();
                }
            }
            long end = topic == null ? written().count() + BEYOND : topic.stop();
            long total;
            try (FaultProcess last = start(task.until(end))) {
                total = last.awaitTotal();
            }
            return report(out, chosen, end, total, begin);
        }
    }

    private int report(PrintWriter out, long chosen, long end, long total, long begin) throws IOException {
        SeenNumbers written = written();
        // a receiver in the program goes on until it is stopped
        long expected = receiver == Receiver.PUSH ? total : end;
        long lost = written.missing(expected);
        boolean exact = lost == 0 && written.twice() == 0 && total == expected && written.count() == expected;
        out.printf(
                Locale.ROOT,
                "%n%s: %d x %s, logs on %s, %s: %,d numbers, %d lost, %d twice, %+d in the state, %.0f s, seed %d%n",
                exact ? "exact" : "WRONG",
                count,
                fault.name().toLowerCase(Locale.ROOT),
                wal.name().toLowerCase(Locale.ROOT),
                receiver.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                expected,
                lost,
                written.twice(),
                total - expected,
                (System.nanoTime() - begin) / 1e9,
                chosen);
        if (exact) {
            Scratch.delete(directory);
            return 0;
        }
        out.println("what is there is kept in " + directory);
        return 1;
    }

    private FaultProcess start(FaultTask what) throws IOException {
        List<String> arguments = new ArrayList<>(what.jvmArguments());
        arguments.addAll(place.jvmArguments(directory.resolve("log.properties")));
        return FaultProcess.start(arguments, directory.resolve("process-" + ++processes + ".err"));
    }

    private void kill(Random random) throws IOException, InterruptedException {
        try (FaultProcess process = start(task)) {
            process.awaitBatches(1 + random.nextInt(15));
            process.kill();
        }
    }

    private void term(Random random) throws IOException, InterruptedException {
        try (FaultProcess process = start(task)) {
            process.awaitBatches(1 + random.nextInt(15));
            process.signal("TERM");
            if (process.awaitEnd() != SIGTERM_STATUS) {
                throw new IOException("a program that got SIGTERM ended otherwise, see " + directory);
            }
        }
    }

    /** A store that locks refuses the second while the first lives; one that fences ends the first. */
    private void zombie(Random random) throws IOException, InterruptedException {
        try (FaultProcess zombie = start(task)) {
            zombie.awaitBatches(1 + random.nextInt(10));
            zombie.signal("STOP");
            try (FaultProcess successor = start(task)) {
                if (wal == LogServer.Kind.FILE) {
                    if (successor.awaitEnd() == 0) {
                        throw new IOException("a second program ran beside a sleeping first one, see " + directory);
                    }
                    zombie.signal("CONT");
                    zombie.awaitBatches(2);
                    zombie.kill();
                } else {
                    successor.awaitBatches(2);
                    zombie.signal("CONT");
                    if (zombie.awaitEnd() == 0) {
                        throw new IOException("a program that was replaced does not say so, see " + directory);
                    }
                    successor.awaitBatches(2);
                    successor.kill();
                }
            }
        }
    }

    private SeenNumbers written() throws IOException {
        SeenNumbers numbers = new SeenNumbers();
        try (Stream<Path> all = Files.list(task.results())) {
            for (Path batch : all.filter(path -> !path.getFileName().toString().startsWith("."))
                    .toList()) {
                try (Stream<Path> parts = Files.list(batch)) {
                    for (Path part : parts.filter(
                                    path -> path.getFileName().toString().startsWith("part-"))
                            .toList()) {
                        Files.readAllLines(part).forEach(line -> numbers.add(Long.parseLong(line)));
                    }
                }
            }
        }
        return numbers;
    }
}
