// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.tck.Tck;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the kit: each clause, in 80 columns, and an exit code. */
class TckCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void whatIsBuiltInConforms() throws Exception {
        Path report = directory.resolve("report");
        assertThat(run("tck", "--provider", "mem", "--report", report.toString()))
                .as(out + "" + err)
                .isZero();
        assertThat(out.toString())
                .contains(
                        "log store 'mem'",
                        "  W-01   passed   epochs only grow",
                        "  W-04   refused  a locked place names its holder",
                        "0 failed, 1 refused",
                        "No required clause failed.")
                .doesNotContain("FAILED");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(err.toString()).isEmpty();
        assertThat(Files.readString(report.resolve("report.html")))
                .contains("<td>W-01</td><td>passed</td>", "returns an epoch that is greater")
                .doesNotContain("${", "src=", "href=");
        try (Stream<Path> files = Files.walk(report.resolve("junit"))) {
            assertThat(files.map(Path::toString)).anyMatch(file -> file.endsWith("TEST-junit-jupiter.xml"));
        }
    }

    @Test
    void aFailedClauseIsShownWithItsMessageAndAnExitCodeOfItsOwn() throws Exception {
        Path plugin = TestPlugin.storeThatDoesNothing(directory);
        assertThat(run("tck", plugin.toString(), "--location", "nothing:/place"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "plugin 'fixture.jar'",
                        "P-01   passed",
                        "W-01   FAILED",
                        "W-02   passed",
                        "nothing:/place/tck-",
                        "it does not conform")
                .contains("UnsupportedOperationException: claim");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void withoutAPlaceAStoreIsUntested() throws Exception {
        Path plugin = TestPlugin.storeThatDoesNothing(directory);
        assertThat(run("tck", plugin.toString())).isZero();
        assertThat(out.toString())
                .contains("untested: log store 'nothing' needs a place", "log store 'nothing': 0 passed, 0 failed");
        assertThat(run("tck", plugin.toString(), "--suites", "wal")).isZero();
        assertThat(out.toString()).contains("Nothing was tested.");
        assertThat(run("tck", plugin.toString(), "--provider", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("--location nothing://").hasLineCount(1);
    }

    @Test
    void aPluginThatIsPackagedWronglyIsToldByWhichClause() throws Exception {
        Path plugin = TestPlugin.storeThatDoesNothing(directory);
        Path zip = Files.copy(plugin, directory.resolve("a-jar-for-a.zip"));
        assertThat(run("tck", zip.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("P-20   FAILED", "Not tried any further", "it does not conform");
    }

    @Test
    void theLocalSchedulerConforms() {
        assertThat(run("tck", "--provider", "local")).as(out + "" + err).isZero();
        assertThat(out.toString())
                .contains("scheduler 'local'", "J-01   passed")
                .doesNotContain("FAILED");
    }

    @Test
    void aSinkConformsByTheClausesOfItsClass() {
        assertThat(run("tck", "--provider", "text-files")).as(out + "" + err).isZero();
        assertThat(out.toString())
                .contains("sink 'text-files'", "S-20   passed", "untested: binds sinks with a transaction of their own")
                .doesNotContain("FAILED");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aListenerNeedsNothing() throws Exception {
        Path plugin = TestPlugin.listener(directory);
        assertThat(run("tck", plugin.toString())).as(out + "" + err).isZero();
        assertThat(out.toString())
                .contains("listener 'ear'", "L-02   passed", "0 failed")
                .doesNotContain("FAILED", "L-20");
    }

    @Test
    void withoutABenchAReceiverIsUntested() throws Exception {
        Path plugin = TestPlugin.receiver(directory);
        assertThat(run("tck", plugin.toString(), "--provider", "deaf")).isZero();
        assertThat(out.toString())
                .contains("receiver 'deaf'", "untested: needs a bench", "--bench", "Nothing was tested.");
    }

    @Test
    void aBenchThatIsNoneIsNamed() throws Exception {
        Path plugin = TestPlugin.receiver(directory);
        assertThat(run(
                        "tck",
                        plugin.toString(),
                        "--bench",
                        directory.resolve("nowhere.jar").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nowhere.jar' cannot be read").hasLineCount(1);
        assertThat(run("tck", plugin.toString(), "--bench", plugin.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no bench in", "META-INF/services/io.millrace.testkit.bench.TestBench")
                .hasLineCount(2);
    }

    @Test
    void whatIsNoPluginIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("broken.zip"), "not a zip");
        assertThat(run("tck", file.toString())).isEqualTo(4);
        assertThat(err.toString()).contains("broken.zip").hasLineCount(1);
        assertThat(Tck.suites()).contains("wal");
    }
}
