// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run of {@code bin/millrace}, as a person would start it, on the Java that runs the tests. */
final class MillraceCommand implements AutoCloseable {
    private static final long SECONDS = 240;

    private final Process process;
    private final Path out;
    private final Path err;

    private MillraceCommand(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts the command of the packaged distribution in {@code work}. */
    static MillraceCommand start(Path work, String... arguments) throws IOException {
        return start(Packaged.HOME.resolve("bin").resolve("millrace"), work, arguments);
    }

    static MillraceCommand start(Path script, Path work, String... arguments) throws IOException {
        return start(script, "", work, arguments);
    }

    /**
     * Starts a command.
     *
     * @param options more options for its JVM
     */
    static MillraceCommand start(Path script, String options, Path work, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(work, "out", ".txt");
        Path err = Files.createTempFile(work, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MILLRACE_OPTS", options);
        return new MillraceCommand(builder.start(), out, err);
    }

    /** Sends SIGTERM, which asks it to end in good order, as Ctrl-C does. */
    void terminate() {
        process.destroy();
    }

    /** What it has printed so far. */
    String out() {
        return read(out);
    }

    /** What it has complained of so far. */
    String err() {
        return read(err);
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("ends within %s s; out:%n%s%nerr:%n%s", SECONDS, out(), err())
                .isTrue();
        return process.exitValue();
    }

    /** Ends it and, through the ends of their standard inputs, whatever it started. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
