// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An engine in a JVM of its own, started as this one was: same Java, same modules. Its standard input is a pipe that
 * ends when this process does, which makes it stop; its log goes to a file.
 */
final class EngineProcess {
    /** Ctrl-C in a terminal reaches the whole process group; when and how the engine stops is the supervisor's choice. */
    private static final List<String> DEAF_TO_INTERRUPT = List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<EngineReport> reports = new LinkedBlockingQueue<>();

    private EngineProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "millrace-demo-engine-" + process.pid());
        this.reader.setDaemon(true);
    }

    /** Starts an engine whose log is appended to {@code log}. */
    static EngineProcess start(EngineSpec spec, Path log) {
        List<String> command = new ArrayList<>(DEAF_TO_INTERRUPT);
        command.addAll(java());
        command.addAll(DemoEngineArguments.of(spec));
        try {
            EngineProcess engine = new EngineProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start());
            engine.reader.start();
            return engine;
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "cannot start the engine process: " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The exit code of an engine that is not alive. */
    int exitCode() {
        return process.exitValue();
    }

    /** The next report; null if none comes in time. */
    @Nullable
    EngineReport poll(Duration timeout) throws InterruptedException {
        return reports.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks it to process everything it received and to end. */
    void askToStop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already; its exit code says why.
        }
    }

    /** {@code kill -9}; returns when it is gone and all that it reported can be polled. */
    void kill() throws InterruptedException {
        // Not Process.destroyForcibly, which also closes the pipe that may still hold reports.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /** Waits until it is gone and all that it reported can be polled. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        reader.join();
        return true;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                EngineReport.Format.parse(line).ifPresent(reports::add);
            }
        } catch (IOException e) {
            // The process was killed in the middle of a line.
        }
    }

    /** The start of the command line: this process's Java, its flags, and where its classes come from. */
    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("--"))
                .filter(argument -> !argument.startsWith("-Djdk.module") && !argument.startsWith("--module-path"))
                .forEach(command::add);
        command.add("-Xmx512m");
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) {
            command.addAll(List.of("-cp", classPath));
        }
        String main = System.getProperty("jdk.module.main");
        if (main == null) {
            command.add(DemoEngineArguments.MAIN_CLASS);
        } else {
            command.addAll(List.of(
                    "-p",
                    System.getProperty("jdk.module.path", ""),
                    "-m",
                    main + "/" + DemoEngineArguments.MAIN_CLASS));
        }
        return command;
    }
}
