// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link FaultProgram} in a JVM of its own, and what is done to it. */
final class FaultProcess implements AutoCloseable {
    /** How long anything may take. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String END = "(end)";

    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private FaultProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        Thread reader = new Thread(this::read, "output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static FaultProcess start(List<String> arguments, Path errors) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(arguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FaultProgram.class.getName()));
        return new FaultProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null) {
                lines.add(line);
                line = output.readLine();
            }
        } catch (IOException e) {
            lines.add("cannot be read: " + e);
        }
        lines.add(END);
    }

    /** Waits for so many batches. */
    void awaitBatches(int count) throws IOException, InterruptedException {
        for (int batches = 0; batches < count; batches++) {
            String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (line == null || !line.startsWith(FaultProgram.BATCH)) {
                throw new IOException(String.format(
                        Locale.ROOT, "process %d commits no batch: it says '%s', see %s", process.pid(), line, errors));
            }
        }
    }

    /** Waits for its end, and returns the total that its state holds. */
    long awaitTotal() throws IOException, InterruptedException {
        String line = "";
        while (!line.startsWith(FaultProgram.TOTAL)) {
            line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (line == null || line.equals(END)) {
                throw new IOException(String.format(
                        Locale.ROOT, "process %d does not come to its end, see %s", process.pid(), errors));
            }
        }
        awaitEnd();
        return Long.parseLong(line.substring(FaultProgram.TOTAL.length()));
    }

    /** Waits until the process has ended by itself. */
    int awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException(String.format(Locale.ROOT, "process %d does not end, see %s", process.pid(), errors));
        }
        return process.exitValue();
    }

    /** As {@code kill -STOP}, {@code -CONT} or {@code -TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** As {@code kill -9}. */
    void kill() throws IOException, InterruptedException {
        process.toHandle().destroyForcibly(); // the process's own method would close what it printed
        awaitEnd();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
