// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.compare.ContenderJvm;
import io.millrace.benchmarks.compare.SystemUnderTest;
import io.millrace.benchmarks.fault.RecoveryTask.Phase;
import io.millrace.benchmarks.system.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a program with a large state and a large backlog takes to be itself again. */
@Command(
        name = "recovery",
        description =
                "Kills a program (kill -9) whose log holds records that no batch has committed, and whose state has"
                        + " many keys; then measures its next start, the backlog, and a verification of the checkpoint.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class RecoveryCommand implements Callable<Integer> {
    private static final SystemUnderTest PROGRAM = SystemUnderTest.here("millrace", RecoveryProgram.class.getName());

    @Spec
    private CommandSpec spec;

    @Option(names = "--keys", description = "How many keys the state has.")
    private int keys = 1_000_000;

    @Option(names = "--backlog-mib", description = "How much waits in the log.")
    private long backlogMib = 1_024;

    @Option(names = "--rounds", description = "How many rounds.")
    private int rounds = 3;

    @Option(names = "--heap", split = ",", description = "The heap of every process.")
    private List<String> heap = List.of("-Xms1g", "-Xmx3g");

    @Option(names = "--output", description = "The directory for the output of each run.")
    private Path output = Path.of("benchmarks", "target", "results");

    /** Called by picocli. */
    public RecoveryCommand() {}

    /**
     * A round.
     *
     * @param recovered the start after the kill
     * @param steady the same work without a kill
     * @param verified the verification
     * @param bareSeconds reading the same files and nothing else
     * @param bareBytes how large they are
     */
    private record Round(
            RecoveryResult recovered,
            RecoveryResult steady,
            RecoveryResult verified,
            double bareSeconds,
            long bareBytes) {
        double wholeRate() {
            return recovered.records() / recovered.seconds();
        }

        double steadyRate() {
            return steady.records() / steady.seconds();
        }

        double verifiedMegabytes() {
            return verified.bytes() / 1e6 / verified.seconds();
        }

        double bareMegabytes() {
            return bareBytes / 1e6 / bareSeconds;
        }
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(output);
        PrintWriter out = spec.commandLine().getOut();
        ContenderJvm jvm = new ContenderJvm(heap, Duration.ofMinutes(20), output);
        List<Round> done = new ArrayList<>();
        for (int number = 1; number <= rounds; number++) {
            Path directory = Scratch.directory();
            try {
                Round round = round(jvm, directory, number);
                done.add(round);
                out.printf(
                        Locale.ROOT,
                        "round %d: first batch %.1f s, %,.0f records/s, steady %,.0f, verify %.0f MB/s, bare %.0f%n",
                        number,
                        round.recovered.firstSeconds(),
                        round.wholeRate(),
                        round.steadyRate(),
                        round.verifiedMegabytes(),
                        round.bareMegabytes());
                out.flush();
            } finally {
                Scratch.delete(directory);
            }
        }
        out.printf(
                Locale.ROOT,
                "%nmedians of %d rounds, %,d keys, %d MiB waiting when killed%n",
                rounds,
                keys,
                backlogMib);
        print("first batch committed after the start of the JVM, s", round -> round.recovered.firstSeconds(), done);
        print("backlog, of the steady rate, start-up included", round -> round.wholeRate() / round.steadyRate(), done);
        print("verification, MB/s", Round::verifiedMegabytes, done);
        print("verification, of reading alone", round -> round.verifiedMegabytes() / round.bareMegabytes(), done);
        return 0;
    }

    private Round round(ContenderJvm jvm, Path directory, int number) throws IOException, InterruptedException {
        RecoveryTask fill = new RecoveryTask(Phase.FILL, directory.resolve("killed"), keys, backlogMib << 20);
        fill(fill, number);
        RecoveryResult verified = run(jvm, fill.phase(Phase.VERIFY, fill.checkpoint()), number);
        long begin = System.nanoTime();
        long bytes = read(fill.checkpoint().resolve("data"));
        double bare = (System.nanoTime() - begin) / 1e9;
        RecoveryResult recovered = run(jvm, fill.phase(Phase.RECOVER, fill.checkpoint()), number);
        RecoveryResult steady = run(jvm, fill.phase(Phase.STEADY, directory.resolve("steady")), number);
        return new Round(recovered, steady, verified, bare, bytes);
    }

    private static RecoveryResult run(ContenderJvm jvm, RecoveryTask task, int number)
            throws IOException, InterruptedException {
        String label =
                String.format(Locale.ROOT, "recovery-%s-%d", task.phase().name().toLowerCase(Locale.ROOT), number);
        return jvm.run(PROGRAM, task.jvmArguments(), label, RecoveryResult.class);
    }

    private void fill(RecoveryTask task, int number) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(heap);
        command.addAll(task.jvmArguments());
        command.addAll(List.of("-cp", PROGRAM.classPath(), PROGRAM.mainClass()));
        Process process = new ProcessBuilder(command)
                .redirectError(
                        output.resolve("recovery-fill-" + number + ".err").toFile())
                .start();
        try (var lines = process.inputReader()) {
            if (!RecoveryProgram.FILLED.equals(lines.readLine())) {
                throw new IOException("the log could not be filled, see " + output);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Reads every file of a directory, and does nothing with it. */
    private static long read(Path directory) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file)) {
                    while (channel.read(buffer.clear()) > 0) {
                        bytes += buffer.position();
                    }
                }
            }
        }
        return bytes;
    }

    private void print(String what, ToDoubleFunction<Round> figure, List<Round> of) {
        double[] sorted = of.stream().mapToDouble(figure).sorted().toArray();
        spec.commandLine().getOut().printf(Locale.ROOT, "%-52s %8.2f%n", what, sorted[sorted.length / 2]);
    }
}
