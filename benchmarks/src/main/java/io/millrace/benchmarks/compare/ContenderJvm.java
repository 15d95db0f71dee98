// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.measure.ThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs a system in a JVM of its own and reads the result that it prints. */
public final class ContenderJvm {
    private final List<String> heap;
    private final Duration timeout;
    private final Path directory;

    /**
     * Says how to run.
     *
     * @param heap the heap arguments, the same for every contender
     * @param timeout after which a run is killed and has failed
     * @param directory where the output of each run is kept
     */
    public ContenderJvm(List<String> heap, Duration timeout, Path directory) {
        this.heap = List.copyOf(heap);
        this.timeout = timeout;
        this.directory = directory;
    }

    /**
     * Runs a system to its end.
     *
     * @param system which
     * @param arguments what it is asked to do
     * @param label names the run's output files
     * @param type what it answers with
     */
    public <R> R run(SystemUnderTest system, List<String> arguments, String label, Class<R> type)
            throws IOException, InterruptedException {
        Path output = directory.resolve(label + ".out");
        Path errors = directory.resolve(label + ".err");
        Process process = new ProcessBuilder(command(system, arguments))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(String.format(
                        Locale.ROOT, "%s did not end within %d s, see %s", system, timeout.toSeconds(), errors));
            }
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
        String line = Files.readAllLines(output).stream()
                .filter(candidate -> candidate.startsWith(ThisJvm.RESULT))
                .findFirst()
                .orElseThrow(() -> new IOException(String.format(
                        Locale.ROOT,
                        "%s ended with exit code %d and without a result, see %s",
                        system,
                        process.exitValue(),
                        errors)));
        return new ObjectMapper().readValue(line.substring(ThisJvm.RESULT.length()), type);
    }

    private List<String> command(SystemUnderTest system, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(heap);
        command.addAll(system.jvmArguments());
        command.addAll(arguments);
        command.add("-cp");
        command.add(system.classPath());
        command.add(system.mainClass());
        return command;
    }
}
