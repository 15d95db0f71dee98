// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance kit as the packaged command runs it, on the module path, against packaged plugins. */
class TckIT {
    /** A third party's project, which knows nothing of this one. */
    private static final Path EXAMPLE = Path.of("..", "examples", "plugin-jdbc-wal", "target");

    @TempDir
    private Path work;

    private String conforms(String... arguments) throws Exception {
        return conformsIn("", arguments);
    }

    private String conformsIn(String jvm, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("tck"));
        all.addAll(List.of(arguments));
        Path script = Packaged.HOME.resolve("bin").resolve("millrace");
        try (MillraceCommand tck = MillraceCommand.start(script, jvm, work, all.toArray(String[]::new))) {
            assertThat(tck.exitCode()).as("%s%s", tck.out(), tck.err()).isZero();
            assertThat(tck.out()).contains(" 0 failed, ", "No required clause failed.");
            assertThat(tck.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            return tck.out();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem", "file"})
    void whatIsBuiltInConforms(String store) throws Exception {
        Path report = work.resolve("report");
        assertThat(conforms("--provider", store, "--report", report.toString())).contains("W-03 ");
        assertThat(report.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void aPluginThatNeedsAPlaceSaysSo() throws Exception {
        try (MillraceCommand tck =
                MillraceCommand.start(work, "tck", plugin("wal-s3").toString(), "--provider", "s3")) {
            assertThat(tck.exitCode()).isEqualTo(2);
            assertThat(tck.err()).contains("--location s3://");
        }
    }

    @Test
    void aPluginThatNeedsBrokersSaysSo() throws Exception {
        String zip = plugin("receiver-kafka-reliable").toString();
        try (MillraceCommand tck = MillraceCommand.start(work, "tck", zip, "--provider", "kafka-reliable")) {
            assertThat(tck.exitCode()).isEqualTo(2);
            assertThat(tck.err()).contains("give --set bootstrap.servers=HOST:PORT");
        }
        assertThat(conforms(zip))
                .contains("plugin 'millrace-receiver-kafka-reliable", "untested: 'kafka-reliable' needs");
    }

    @Test
    void receiversThatBringTheirSourceAreTriedOnIt() throws Exception {
        assertThat(conforms(plugin("inputs").toString()))
                .contains("receiver 'socket'", "R-05   passed", "direct source 'rate'", "direct source 'files'")
                .contains("R-25   passed");
    }

    @Test
    void listenersNeedNothing() throws Exception {
        String path = "path=" + work.resolve("events.jsonl");
        assertThat(conforms(plugin("listener-event-log").toString(), "--set", path))
                .contains("listener 'event-log'", "L-02   passed");
        assertThat(work.resolve("events.jsonl")).isNotEmptyFile();
    }

    @Test
    void aThirdPartysLogStoreConforms() throws Exception {
        Path report = work.resolve("report");
        String out = conforms(
                example().toString(),
                "--provider",
                "jdbc",
                "--location",
                "jdbc:/tck",
                "--set",
                "url=jdbc:h2:mem:tck;DB_CLOSE_DELAY=-1",
                "--report",
                report.toString());
        assertThat(out).contains("log store 'jdbc', from", "W-03   passed", "W-61   passed");
        assertThat(Files.readString(report.resolve("report.html"))).contains("<td>W-03</td><td>passed</td>");
        assertThat(report.resolve("junit/wal-jdbc/TEST-junit-jupiter.xml"))
                .content()
                .contains("failures=\"0\"", "errors=\"0\"");
    }

    /** Its bench, which is built with its tests, feeds the receiver that is packaged. */
    @Test
    void aThirdPartysReceiverConforms() throws Exception {
        String out = conformsIn(
                "-Dh2.bindAddress=127.0.0.1", // two class loaders share the database through a port
                example().toString(),
                "--provider",
                "jdbc-table",
                "--set",
                "url=jdbc:h2:" + work.resolve("rows") + ";AUTO_SERVER=TRUE",
                "--bench",
                EXAMPLE.resolve("test-classes").toAbsolutePath().toString(),
                "--bench",
                driver().toString());
        assertThat(out).contains("receiver 'jdbc-table', from", "R-16   passed", "R-15   refused");
    }

    private static Path plugin(String module) {
        return onlyOne(Packaged.PLUGINS, "millrace-" + module + "-");
    }

    private static Path example() {
        return onlyOne(EXAMPLE, "plugin-jdbc-wal-");
    }

    private static Path onlyOne(Path directory, String beginning) {
        List<Path> found = Packaged.files(directory, ".zip").stream()
                .filter(zip -> zip.getFileName().toString().startsWith(beginning))
                .toList();
        assertThat(found).as(beginning + "….zip in " + directory).hasSize(1);
        return found.get(0).toAbsolutePath().normalize();
    }

    /** The driver that the example's zip holds. */
    private Path driver() throws IOException {
        try (ZipFile zip = new ZipFile(example().toFile())) {
            ZipEntry driver = zip.stream()
                    .filter(entry -> entry.getName().matches(".*/h2-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow();
            Path copy = work.resolve("h2.jar");
            Files.copy(zip.getInputStream(driver), copy);
            return copy;
        }
    }
}
