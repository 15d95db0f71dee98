// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The directory of one run of the demo, new for each run: two runs never mix what they left.
 *
 * @param root the run's own directory
 * @param earlier how many earlier runs lie beside it
 */
record RunDirectory(Path root, int earlier) {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'run-'yyyyMMdd-HHmmss", Locale.ROOT);

    /**
     * Makes a directory named after {@code now} in {@code parent}.
     *
     * @throws MillraceException if it cannot be made
     */
    static RunDirectory create(Path parent, LocalDateTime now) {
        Path absolute = parent.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            int earlier = countRuns(absolute);
            Path root = createFresh(absolute, NAME.format(now));
            Files.createDirectory(root.resolve("results"));
            return new RunDirectory(root, earlier);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "cannot create the demo's directory in '" + parent + "': " + reason(e)
                            + "; name a directory that you can write to with --dir",
                    e);
        }
    }

    /** The broker's data and log. */
    Path broker() {
        return root.resolve("broker");
    }

    /** The engine's log, ledger and state. */
    Path checkpoint() {
        return root.resolve("checkpoint");
    }

    /** The data and logs of the servers that were started to hold the engine's logs. */
    Path logServer() {
        return root.resolve("log-server");
    }

    /** How the engine reaches a log store that was started for the demo. */
    Path logSettings() {
        return root.resolve("log.properties");
    }

    /** What the outputs wrote, a file per output and batch. */
    Path results() {
        return root.resolve("results");
    }

    /** What the engine processes logged. */
    Path engineLog() {
        return root.resolve("engine.log");
    }

    /** What the supervisor and its Kafka clients logged. */
    Path supervisorLog() {
        return root.resolve("demo.log");
    }

    /** The run's directory as a person would type it. */
    String display() {
        Path here = Path.of("").toAbsolutePath();
        return root.startsWith(here) ? here.relativize(root).toString() : root.toString();
    }

    /** Deletes a directory of the run with everything in it. */
    static void delete(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int countRuns(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return (int) children.filter(child -> child.getFileName().toString().startsWith("run-"))
                    .count();
        }
    }

    private static Path createFresh(Path parent, String name) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Files.createDirectory(parent.resolve(attempt == 1 ? name : name + "-" + attempt));
            } catch (FileAlreadyExistsException e) {
                if (attempt == 1000) {
                    throw e;
                }
            }
        }
    }

    private static String reason(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (error instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + " is a file";
        }
        if (error instanceof NoSuchFileException) {
            return "nothing can be made there";
        }
        if (error instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return error.toString();
    }
}
