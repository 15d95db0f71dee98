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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A program runs with a receiver, a scheduler and a listener of one plugin, in every way of use. The plugin checks in each
 * call that the context class loader is its own, as the program does in each of its functions.
 */
class StreamingIT {
    private static final String MAIN = "fixture.program.CountNumbers";

    @TempDir
    private static Path work;

    private static FixtureJars jars;

    @BeforeAll
    static void compile() {
        jars = new FixtureJars(work, "counting-program", "fixture.program");
    }

    // P-41, P-42, P-50
    @ParameterizedTest
    @MethodSource("io.millrace.dist.Cell#all")
    void runsAProgram(Cell cell) {
        ForkedJvm.Outcome outcome = jars.run(cell, MAIN, "counting");

        assertThat(outcome.succeeded().lines())
                .as("err:%n%s", outcome.err())
                .contains("scheduler created", "listener told", "listener closed", "total 499500")
                .noneMatch(line -> line.startsWith("violation"));
        if (cell.dropIn()) {
            assertThat(outcome.lines()).contains("sees Guice: false, the engine: false");
        }
    }

    // P-03
    @ParameterizedTest
    @EnumSource(names = {"DEPENDENCY", "BESIDE"})
    void refusesAPluginThatIsADependencyAndADropIn(Cell.Delivery delivery) {
        Path plugins = jars.pluginsDirectory(jars.zip());

        ForkedJvm.Outcome outcome = jars.run(
                new Cell(true, delivery, false), List.of(jars.thin(), jars.library()), plugins, MAIN, "counting");

        assertThat(outcome.exit()).isEqualTo(ErrorCode.PLUGIN.exitCode());
        assertThat(outcome.out())
                .contains("receiver 'counting' is there twice: ")
                .contains(jars.thin().toString())
                .contains(plugins.resolve("counting.zip").toString())
                .contains("remove one of them");
    }

    @Test
    void suggestsTheReceiverThatWasMeant() {
        ForkedJvm.Outcome outcome = jars.run(new Cell(false, Cell.Delivery.ZIP, false), MAIN, "countnig");

        assertThat(outcome.exit()).isEqualTo(ErrorCode.USER_CONFIG.exitCode());
        assertThat(outcome.out()).contains("unknown receiver 'countnig', did you mean 'counting'?");
    }

    @Test
    void saysWhyAPluginIsMissing() throws IOException {
        Path plugins = jars.pluginsDirectory();
        Files.writeString(plugins.resolve("counting.zip"), "half of a download");

        ForkedJvm.Outcome outcome =
                jars.run(new Cell(false, Cell.Delivery.ZIP, false), List.of(), plugins, MAIN, "counting");

        assertThat(outcome.exit()).isEqualTo(ErrorCode.PLUGIN.exitCode());
        assertThat(outcome.out())
                .contains("unknown receiver 'counting': there is no receiver at all")
                .contains("not loaded: " + plugins.resolve("counting.zip") + ": is no zip or is damaged");
    }
}
