// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A server in a JVM of its own that cannot outlive this one: the child's standard input is a pipe that stays open as
 * long as this JVM lives, and {@link Tether} halts the child when it ends. What the server prints goes to a file.
 *
 * <p>Safe for use by several threads.
 */
final class ServerProcess {
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int LAST_LINES = 25;

    /** Ctrl-C in a terminal reaches the whole process group; when the server stops is its owner's choice. */
    private static final List<String> DEAF_TO_INTERRUPT = List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

    private final Process process;
    private final Path log;
    private final long logStart;

    private ServerProcess(Process process, Path log, long logStart) {
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    /**
     * What to run.
     *
     * @param javaHome the JDK or JRE of the child
     * @param jvmArguments heap, collector, system properties
     * @param classPath the server's own jars, entries as {@code java -cp} takes them
     * @param main the class to run; it may use the JDK and {@code classPath} only and must have no nested classes
     * @param arguments its arguments
     * @param directory the working directory
     * @param log the file to append the child's output to
     */
    record Command(
            Path javaHome,
            List<String> jvmArguments,
            List<String> classPath,
            Class<?> main,
            List<String> arguments,
            Path directory,
            Path log) {}

    /** Starts the child; it is running, not yet ready, when this returns. */
    static ServerProcess start(Command command) throws IOException {
        List<String> classPath = new ArrayList<>(command.classPath());
        classPath.add(launcher(command).toString());
        List<String> line = new ArrayList<>(DEAF_TO_INTERRUPT);
        line.add(command.javaHome().resolve("bin").resolve("java").toString());
        line.addAll(command.jvmArguments());
        line.add("-cp");
        line.add(String.join(File.pathSeparator, classPath));
        line.add(Tether.class.getName());
        line.add(command.main().getName());
        line.addAll(command.arguments());
        long logStart = Files.exists(command.log()) ? Files.size(command.log()) : 0;
        Process process = new ProcessBuilder(line)
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()))
                .start();
        return new ServerProcess(process, command.log(), logStart);
    }

    /**
     * Copies the two classes that the child needs of ours into a directory of their own: whatever jar they came from,
     * a fat one too, must not meet the server's jars on one class path.
     */
    private static Path launcher(Command command) throws IOException {
        Path directory = command.directory().resolve("launcher");
        for (Class<?> type : List.of(Tether.class, command.main())) {
            Path target = directory.resolve(type.getName().replace('.', '/') + ".class");
            Files.createDirectories(target.getParent());
            try (InputStream bytes = type.getResourceAsStream(type.getSimpleName() + ".class")) {
                Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return directory;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /**
     * Waits until the child has printed a line that contains the marker.
     *
     * @return whether it has; false if the child ended or the time was up first
     */
    boolean awaitOutput(String marker, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            if (output().contains(marker)) {
                return true;
            }
            if (awaitEnd(POLL)) {
                return false;
            }
        }
        return false;
    }

    /** Everything that this child has printed so far. */
    String output() {
        try (InputStream input = Files.newInputStream(log)) {
            input.skipNBytes(logStart);
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the server's log " + log, e);
        }
    }

    /** The last lines that this child has printed, for a message about its failure. */
    String lastOutput() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** Ends the child at once (SIGKILL), paused or not, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        if (!awaitEnd(KILL_DEADLINE)) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(Locale.ROOT, "process %d is still there %s after SIGKILL", pid(), KILL_DEADLINE));
        }
    }

    /** Asks the child to stop (SIGTERM), a paused one too, and kills it when the time is up. */
    void stop(Duration deadline) {
        if (!alive()) {
            return;
        }
        // Not Process.destroy: it closes the pipe that the tether hangs on, and the server would get no time to stop.
        process.toHandle().destroy();
        resume();
        if (!awaitEnd(deadline)) {
            kill();
        }
    }

    private boolean awaitEnd(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "interrupted while waiting for process " + pid(), e);
        }
    }

    /** Freezes the child (SIGSTOP): its connections stay open and nothing answers. */
    void pause() {
        signal("STOP");
    }

    /** Lets a paused child go on (SIGCONT). */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        List<String> command = List.of("kill", "-" + name, Long.toString(pid()));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (kill.waitFor() != 0 && alive()) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        String.format(Locale.ROOT, "'%s' failed", String.join(" ", command)));
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(Locale.ROOT, "cannot run '%s': %s", String.join(" ", command), e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(Locale.ROOT, "interrupted while running '%s'", String.join(" ", command)),
                    e);
        }
    }
}
