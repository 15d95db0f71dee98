// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** Runs a program's {@code main} in a JVM of its own up to where it would start, and shows what it would find. */
final class Rehearse {
    private final URI checkpoint;
    private final String classPath;
    private final @Nullable String main;
    private final List<String> arguments;

    /**
     * Says what to run.
     *
     * @param classPath the program's jar, or several with their libraries
     * @param main null for the one that the first jar names
     */
    Rehearse(URI checkpoint, String classPath, @Nullable String main, List<String> arguments) {
        this.checkpoint = checkpoint;
        this.classPath = classPath;
        this.main = main;
        this.arguments = List.copyOf(arguments);
    }

    /** Returns the exit code. */
    int run(PrintWriter out) {
        try {
            Path report = Files.createTempFile("millrace-rehearsal", ".txt");
            try {
                Process process = new ProcessBuilder(command(report))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                int exit = process.waitFor();
                List<String> lines = Files.readAllLines(report);
                if (lines.isEmpty()) {
                    throw new MillraceException(
                            ErrorCode.USER_CODE,
                            "the program '" + classPath + "' ended with exit code " + exit
                                    + " before it would have started: give it the arguments that it needs after '--'");
                }
                lines.forEach(out::println);
                return exit;
            } finally {
                Files.deleteIfExists(report);
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "the program '" + classPath + "' cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "interrupted while the program was rehearsed", e);
        }
    }

    private List<String> command(Path report) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dmillrace.rehearse.checkpoint=" + checkpoint);
        command.add("-Dmillrace.rehearse.report=" + report);
        command.add("-cp");
        command.add(classPath);
        command.add(main == null ? mainOf(classPath.split(File.pathSeparator, 2)[0]) : main);
        command.addAll(arguments);
        return command;
    }

    private static String mainOf(String jar) throws IOException {
        if (!Files.isRegularFile(Path.of(jar))) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "there is no jar '" + jar + "': give the jar of the new program");
        }
        try (JarFile file = new JarFile(jar)) {
            String name = file.getManifest() == null
                    ? null
                    : file.getManifest().getMainAttributes().getValue("Main-Class");
            if (name == null) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG, "the jar '" + jar + "' names no main class: give it with --main");
            }
            return name;
        }
    }
}
