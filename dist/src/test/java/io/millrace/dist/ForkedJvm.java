// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs a program in a JVM of its own, of the version that runs the tests. */
final class ForkedJvm {
    private static final long SECONDS = 60;

    private final List<String> options = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));

    ForkedJvm classPath(List<Path> jars) {
        options.add("-cp");
        options.add(joined(jars));
        return this;
    }

    ForkedJvm modulePath(List<Path> jars) {
        options.add("-p");
        options.add(joined(jars));
        return this;
    }

    ForkedJvm property(String name, Object value) {
        options.add("-D" + name + "=" + value);
        return this;
    }

    /** Runs {@code -m module/main}, or {@code main} from the class path. */
    Outcome run(Path work, List<String> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(main);
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(work, "out", ".txt");
            Path err = Files.createTempFile(work, "err", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                        .as(
                                "ends within %s s: %s%n%s%n%s",
                                SECONDS, command, Files.readString(out), Files.readString(err))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String joined(List<Path> jars) {
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** How it ended and what it printed. */
    record Outcome(int exit, String out, String err) {
        Outcome succeeded() {
            assertThat(exit).as("exit code; out:%n%s%nerr:%n%s", out, err).isZero();
            return this;
        }

        List<String> lines() {
            return out.lines().toList();
        }
    }
}
