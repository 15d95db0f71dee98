// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program in another JVM, with all that this one has on its paths, that can be killed or put to sleep. */
final class ProgramProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ProgramProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static ProgramProcess start(Class<?> main, Map<String, String> properties, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", everythingThatThisJvmHas(main), main.getName()));
        command.addAll(arguments);
        return new ProgramProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static String everythingThatThisJvmHas(Class<?> main) {
        return Stream.of(
                        System.getProperty("surefire.test.class.path", ""),
                        System.getProperty("java.class.path", ""),
                        System.getProperty("jdk.module.path", ""),
                        main.getProtectionDomain().getCodeSource().getLocation().getPath())
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The next line that it prints; null at its end. */
    @Nullable
    String line() throws IOException {
        return output.readLine();
    }

    /** Reads what it prints up to a line, or for as long as {@code patience} lasts. */
    void awaitLine(String wanted, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            if (!output.ready()) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            } else if (wanted.equals(line())) {
                return;
            }
        }
    }

    /** Reads what it prints up to its end, and waits for that. */
    List<String> toEnd() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        String line = line();
        while (line != null) {
            lines.add(line);
            line = line();
        }
        awaitEnd();
        return lines;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // the process's own method would close what it printed
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " does not end");
        }
    }

    /** As {@code kill -STOP} or {@code kill -CONT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Sends it a line. */
    void goOn() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
