// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.system.Result;
import io.millrace.benchmarks.system.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a contender in a JVM of its own and reads the result that it prints. */
final class ContenderJvm {
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
    ContenderJvm(List<String> heap, Duration timeout, Path directory) {
        this.heap = List.copyOf(heap);
        this.timeout = timeout;
        this.directory = directory;
    }

    /** Runs a task to its end; {@code label} names the run's output files. */
    Result run(Contender contender, Task task, String label) throws IOException, InterruptedException {
        Path output = directory.resolve(label + ".out");
        Path errors = directory.resolve(label + ".err");
        Process process = new ProcessBuilder(command(contender, task))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "%s did not end within %d s, see %s".formatted(contender, timeout.toSeconds(), errors));
            }
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
        String line = Files.readAllLines(output).stream()
                .filter(candidate -> candidate.startsWith(Result.LINE))
                .findFirst()
                .orElseThrow(() -> new IOException("%s ended with exit code %d and without a result, see %s"
                        .formatted(contender, process.exitValue(), errors)));
        return new ObjectMapper().readValue(line.substring(Result.LINE.length()), Result.class);
    }

    private List<String> command(Contender contender, Task task) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(heap);
        command.addAll(task.jvmArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(contender.mainClass());
        return command;
    }
}
