// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.S3Server;
import io.millrace.servers.junit.RealKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo of the packaged distribution keeps its word: verified, whatever happens to its engine, or an exit code. */
@ExtendWith(RealKafka.class)
class DemoIT {
    private static final Pattern VERIFIED =
            Pattern.compile("verified: produced=([1-9]\\d*) counted=\\1 lost=0 duplicated=0");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path work;

    @Test
    void startsABrokerOfItsOwnAndVerifies() throws Exception {
        try (MillraceCommand demo = MillraceCommand.start(work, "demo", "--seconds", "3")) {
            assertVerified(demo);
            assertThat(demo.out())
                    .contains(
                            "kafka-reliable from " + Packaged.PLUGINS,
                            "broker       127.0.0.1:",
                            "started for the demo");
        }
        Path run = onlyRun();
        assertThat(run.resolve("checkpoint")).isNotEmptyDirectory();
        assertThat(run.resolve("results").resolve("ids")).isNotEmptyDirectory();
        assertThat(run.resolve("broker"))
                .as("a broker's data is of no use any more")
                .doesNotExist();
        showsItsCheckpoint(run.resolve("checkpoint"));
    }

    private void showsItsCheckpoint(Path checkpoint) throws Exception {
        try (MillraceCommand show = MillraceCommand.start(work, "checkpoint", "show", checkpoint.toString())) {
            assertThat(show.exitCode()).as(show.err()).isZero();
            assertThat(show.out())
                    .contains("stopped       gracefully")
                    .contains("states")
                    .contains("string/1 -> long/1");
        }
        try (MillraceCommand verify = MillraceCommand.start(work, "checkpoint", "verify", checkpoint.toString())) {
            assertThat(verify.exitCode()).as(verify.err()).isZero();
            assertThat(verify.out()).startsWith("verified: facts=");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka-reliable", "kafka-direct"})
    void holdsWhileItsEngineIsKilled(String receiver, KafkaServer kafka) throws Exception {
        try (MillraceCommand demo = MillraceCommand.start(
                work,
                "demo",
                "--chaos",
                "--seconds",
                "6",
                "--receiver",
                receiver,
                "--bootstrap-servers",
                kafka.bootstrapServers())) {
            assertVerified(demo);
            assertThat(demo.out().lines().filter(line -> line.contains("kill -9 of engine")))
                    .as("kills in%n%s", demo.out())
                    .hasSize(3);
        }
    }

    @Test
    void keepsItsLogsOnHdfsWhileItsEngineIsKilled(KafkaServer kafka) throws Exception {
        try (MillraceCommand demo = MillraceCommand.start(
                work,
                "demo",
                "--wal",
                "hdfs",
                "--chaos",
                "--seconds",
                "10",
                "--bootstrap-servers",
                kafka.bootstrapServers())) {
            assertVerified(demo);
            assertThat(demo.out())
                    .contains(
                            "log store hdfs from " + Packaged.PLUGINS, "log          hdfs://127.0.0.1:", "3 datanodes");
        }
        assertThat(onlyRun().resolve("log-server")).doesNotExist();
    }

    @Test
    void keepsItsLogsInS3WhileItsEngineIsKilled(KafkaServer kafka) throws Exception {
        try (MillraceCommand demo = MillraceCommand.start(
                work,
                "demo",
                "--wal",
                "s3",
                "--chaos",
                "--seconds",
                "8",
                "--bootstrap-servers",
                kafka.bootstrapServers())) {
            assertVerified(demo);
            assertThat(demo.out())
                    .contains(
                            "log store s3 from " + Packaged.PLUGINS,
                            "log          s3://",
                            "S3Proxy started for the demo");
        }
        assertThat(onlyRun().resolve("log-server")).doesNotExist();
    }

    @Test
    void keepsItsLogsInTheUsersStore(KafkaServer kafka) throws Exception {
        try (S3Server s3 = S3Server.builder().start()) {
            s3.createBucket("mine");
            List<String> lines = new ArrayList<>(List.of("location=s3://mine/millrace"));
            s3.settings().forEach((key, value) -> lines.add(key + "=" + value));
            Path config = Files.write(work.resolve("wal.properties"), lines);
            try (MillraceCommand demo = MillraceCommand.start(
                    work,
                    "demo",
                    "--seconds",
                    "3",
                    "--wal-config",
                    config.toString(),
                    "--bootstrap-servers",
                    kafka.bootstrapServers())) {
                assertVerified(demo);
                assertThat(demo.out()).contains("log          s3://mine/millrace/run-", "yours");
            }
        }
    }

    @Test
    @Tag("long")
    void keepsItsLogsOnTheUsersHdfs(KafkaServer kafka) throws Exception {
        try (HdfsCluster hdfs = HdfsCluster.builder().start()) {
            String mine = hdfs.uri().resolve("/mine").toString();
            Path config = Files.writeString(work.resolve("wal.properties"), "location=" + mine + "\n");
            try (MillraceCommand demo = MillraceCommand.start(
                    work,
                    "demo",
                    "--wal",
                    "hdfs",
                    "--seconds",
                    "3",
                    "--wal-config",
                    config.toString(),
                    "--bootstrap-servers",
                    kafka.bootstrapServers())) {
                assertVerified(demo);
                assertThat(demo.out()).contains("log          " + mine + "/run-", "yours");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "absent.properties | NOTHING | it cannot be read",
                "typo.properties | location=s3://mine/logs;endpont=http://127.0.0.1:1 | did you mean 'endpoint'?",
            })
    void whatIsWrongWithTheUsersStoreIsOneLine(String name, String lines, String said, KafkaServer kafka)
            throws Exception {
        if (!lines.equals("NOTHING")) {
            Files.write(work.resolve(name), List.of(lines.split(";")));
        }
        try (MillraceCommand demo = MillraceCommand.start(
                work, "demo", "--wal-config", name, "--bootstrap-servers", kafka.bootstrapServers())) {
            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("millrace: ")
                    .contains(said);
        }
    }

    @Test
    void endsEarlyInGoodOrderWhenAsked(KafkaServer kafka) throws Exception {
        try (MillraceCommand demo = MillraceCommand.start(
                work,
                "demo",
                "--seconds",
                "600",
                "--receiver",
                "kafka-direct",
                "--bootstrap-servers",
                kafka.bootstrapServers())) {
            await().atMost(PATIENCE).until(() -> demo.out().contains("producing: produced "));
            demo.terminate();
            assertVerified(demo);
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsOneLine() throws Exception {
        try (MillraceCommand demo =
                MillraceCommand.start(work, "demo", "--seconds", "3", "--bootstrap-servers", "127.0.0.1:1")) {
            assertThat(demo.exitCode()).isEqualTo(5);
            assertThat(demo.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("millrace: the Kafka broker at '127.0.0.1:1' did not answer within");
        }
    }

    @Test
    void aDirectoryThatCannotBeMadeIsOneLine() throws Exception {
        Files.writeString(work.resolve("file"), "");
        try (MillraceCommand demo = MillraceCommand.start(work, "demo", "--dir", "file")) {
            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.err().lines())
                    .singleElement()
                    .asString()
                    .isEqualTo("millrace: cannot create the demo's directory in 'file': "
                            + work.toRealPath().resolve("file")
                            + " is a file; name a directory that you can write to with --dir");
        }
    }

    private static void assertVerified(MillraceCommand demo) throws InterruptedException {
        int exitCode = demo.exitCode();
        assertThat(exitCode)
                .as("exit code; out:%n%s%nerr:%n%s", demo.out(), demo.err())
                .isZero();
        List<String> lines = demo.out().lines().toList();
        assertThat(lines.get(lines.size() - 1)).matches(VERIFIED);
        assertThat(demo.err()).isEmpty();
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(work.resolve(".millrace").resolve("demo"))) {
            List<Path> found = runs.toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }
}
