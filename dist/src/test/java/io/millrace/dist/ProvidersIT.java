// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same plugin is found in every way of use, in a JVM that has nothing but the packaged jars. */
class ProvidersIT {
    private static final String MAIN = "fixture.providers.ListProviders";
    private static final String HDFS = "WalStoreProvider hdfs in ";
    private static final Cell MODULES_AND_ZIP = new Cell(true, Cell.Delivery.ZIP, false);

    @TempDir
    private static Path work;

    private static FixtureJars jars;

    @BeforeAll
    static void compile() {
        jars = new FixtureJars(work, "providers-program", "fixture.providers");
    }

    // P-50, P-30
    @ParameterizedTest
    @MethodSource("io.millrace.dist.Cell#all")
    void findsThePlugin(Cell cell) {
        String where = " in " + (cell.pluginIsModule() ? "module fixture.counting" : "no module") + ", api in "
                + (cell.modules() ? "module io.millrace.api" : "no module") + ", from "
                + jars.origin(cell).getFileName();

        assertThat(jars.run(cell, MAIN).succeeded().lines())
                .containsExactlyInAnyOrder(
                        "ListenerProvider printing" + where,
                        "ReceiverProvider counting" + where,
                        "SchedulerProvider same-thread" + where);
    }

    @ParameterizedTest
    @MethodSource("io.millrace.dist.Cell#all")
    void findsOurPlugins(Cell cell) {
        List<Path> thin = new ArrayList<>(Stream.of(
                        "inputs",
                        "listener-event-log",
                        "receiver-kafka-common",
                        "receiver-kafka-direct",
                        "receiver-kafka-reliable",
                        "sink-jdbc",
                        "sink-kafka",
                        "state-mvstore",
                        "wal-s3")
                .map(Packaged::thinJar)
                .toList());
        thin.addAll(Packaged.libraries("state-mvstore", work));
        thin.addAll(Packaged.libraries("wal-s3", work));
        ForkedJvm.Outcome outcome = switch (cell.delivery()) {
            case DEPENDENCY, BESIDE -> jars.run(cell, withHdfs(cell, thin), null, MAIN);
            case ZIP -> jars.run(cell, List.of(), Packaged.PLUGINS, MAIN);
            case FAT_JAR ->
                jars.run(
                        cell,
                        List.of(),
                        jars.pluginsDirectory(
                                Packaged.fatJar("inputs"),
                                Packaged.fatJar("listener-event-log"),
                                Packaged.fatJar("receiver-kafka-direct"),
                                Packaged.fatJar("receiver-kafka-reliable"),
                                Packaged.fatJar("sink-jdbc"),
                                Packaged.fatJar("sink-kafka"),
                                Packaged.fatJar("state-mvstore"),
                                Packaged.fatJar("wal-hdfs"),
                                Packaged.fatJar("wal-s3")),
                        MAIN);
        };

        assertThat(outcome.succeeded().lines())
                .filteredOn(line -> line.startsWith(HDFS))
                .hasSize(cell.pluginIsModule() ? 0 : 1);
        assertThat(outcome.succeeded().lines())
                .filteredOn(line -> !line.startsWith(HDFS))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("DirectSourceProvider files in "),
                        line -> assertThat(line).startsWith("DirectSourceProvider kafka-direct in "),
                        line -> assertThat(line).startsWith("DirectSourceProvider rate in "),
                        line -> assertThat(line).startsWith("ListenerProvider event-log in "),
                        line -> assertThat(line).startsWith("ReceiverProvider kafka-reliable in "),
                        line -> assertThat(line).startsWith("ReceiverProvider socket in "),
                        line -> assertThat(line).startsWith("SinkProvider jdbc in "),
                        line -> assertThat(line).startsWith("SinkProvider kafka in "),
                        line -> assertThat(line).startsWith("StateStoreProvider mvstore in "),
                        line -> assertThat(line).startsWith("WalStoreProvider s3 in "));
    }

    /** Two of Hadoop's jars hold the same package, so the log on HDFS is not a module. */
    private static List<Path> withHdfs(Cell cell, List<Path> jars) {
        return cell.pluginIsModule()
                ? jars
                : Stream.concat(jars.stream(), Stream.of(Packaged.thinJar("wal-hdfs")))
                        .toList();
    }

    @Test
    void reportsEachBadPluginInOneLineAndLoadsTheGoodOne() throws IOException {
        Path plugins = jars.pluginsDirectory(jars.zip(), jars.thin());
        Files.move(plugins.resolve(jars.thin().getFileName()), plugins.resolve("a-thin.jar"));
        Files.writeString(plugins.resolve("b-broken.zip"), "no zip");
        Fixture.zip(plugins.resolve("c-next.zip"), Map.of("Plugin-Id", "next", "Spi-Version", "2"), jars.thin());
        Fixture.zip(
                plugins.resolve("d-newer.zip"),
                Map.of("Plugin-Id", "newer", "Plugin-Requires", ">=99.0.0"),
                jars.thin());
        Fixture.zip(plugins.resolve("e-empty.zip"), Map.of("Plugin-Id", "empty"), jars.library());

        List<String> lines =
                jars.run(MODULES_AND_ZIP, List.of(), plugins, MAIN).succeeded().lines();

        assertThat(lines).filteredOn(line -> !line.startsWith("problem ")).hasSize(3);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("problem "))
                .satisfiesExactly(
                        problem ->
                                assertThat(problem).contains("a-thin.jar: is a thin jar: it requires fixture.library"),
                        problem -> assertThat(problem).contains("b-broken.zip: is no zip or is damaged"),
                        problem -> assertThat(problem).contains("e-empty.zip: provides nothing"),
                        problem -> assertThat(problem).contains("d-newer.zip: requires Millrace >=99.0.0"),
                        problem -> assertThat(problem).contains("c-next.zip: is built for Spi-Version 2"));
    }

    @Test
    void aDirectoryThatIsNotThereIsOneClearLine() {
        Path nowhere = work.resolve("nowhere");

        ForkedJvm.Outcome outcome = jars.run(MODULES_AND_ZIP, List.of(), nowhere, MAIN);

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("plugins directory '" + nowhere + "' does not exist; create it");
    }
}
