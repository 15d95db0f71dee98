// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The event log that ships with us, as a drop-in and as a dependency of a program. */
class EventLogIT {
    private static final String MAIN = "fixture.program.CountNumbers";

    @TempDir
    private static Path work;

    private static FixtureJars jars;

    @BeforeAll
    static void compile() {
        jars = new FixtureJars(work, "counting-program", "fixture.program");
    }

    @ParameterizedTest
    @MethodSource("io.millrace.dist.Cell#all")
    void writesWhatHappened(Cell cell) throws IOException {
        Path log = Files.createTempDirectory(work, "log").resolve("{program}.jsonl");
        String argument = "event-log=" + log;
        ForkedJvm.Outcome outcome = switch (cell.delivery()) {
            case DEPENDENCY ->
                jars.run(
                        cell,
                        List.of(jars.thin(), jars.library(), Packaged.thinJar("listener-event-log")),
                        null,
                        MAIN,
                        argument,
                        "counting");
            case BESIDE ->
                jars.run(
                        cell,
                        List.of(
                                jars.thin(),
                                jars.library(),
                                Packaged.thinJar("listener-event-log"),
                                Packaged.jar("jackson-core")), // no module of the host requires it
                        null,
                        MAIN,
                        argument,
                        "counting");
            case ZIP -> jars.run(cell, List.of(), jars.pluginsDirectory(jars.zip(), zip()), MAIN, argument, "counting");
            case FAT_JAR ->
                jars.run(
                        cell,
                        List.of(),
                        jars.pluginsDirectory(jars.origin(cell), Packaged.fatJar("listener-event-log")),
                        MAIN,
                        argument,
                        "counting");
        };

        assertThat(outcome.succeeded().lines()).as("err:%n%s", outcome.err()).contains("total 499500");
        List<String> lines = Files.readAllLines(log.resolveSibling("count-numbers.jsonl"));
        assertThat(lines)
                .allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"))
                .anyMatch(line -> line.startsWith("{\"event\":\"ReceiverStarted\",\"program\":\"count-numbers\""))
                .anyMatch(line -> line.contains("\"BatchCompleted\"") && line.contains("\"processingDelayMillis\":"));
        assertThat(lines.get(lines.size() - 1)).contains("\"StreamingStopped\"", "\"graceful\":true");
    }

    @Test
    void aFileThatCannotBeWrittenEndsTheStartInOneLine() {
        ForkedJvm.Outcome outcome = jars.run(
                new Cell(false, Cell.Delivery.ZIP, false),
                List.of(),
                jars.pluginsDirectory(jars.zip(), zip()),
                MAIN,
                "event-log=" + work,
                "counting");

        assertThat(outcome.exit()).isEqualTo(ErrorCode.USER_CONFIG.exitCode());
        assertThat(outcome.out()).contains("the event log '" + work + "' cannot be opened");
    }

    private static Path zip() {
        List<Path> found = Packaged.files(Packaged.PLUGINS, ".zip").stream()
                .filter(zip -> zip.getFileName().toString().startsWith("millrace-listener-event-log"))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
