// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.servers.KafkaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is, in a process of its own, on a real broker; killed, and started again. */
@Timeout(300)
class WordCountTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void countsGoOnWhereTheyWereWhenTheProgramWasKilled() throws Exception {
        try (KafkaServer kafka = KafkaServer.builder().start()) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("lines", 1, (short) 1)))
                        .all()
                        .get();
            }
            Process first = start(kafka, "first.txt");
            awaitReading(kafka);
            send(kafka, "to be or not to be");
            awaitLine("first.txt", "(to,2)");
            first.destroyForcibly().waitFor(); // kill -9

            send(kafka, "to sleep");
            Process second = start(kafka, "second.txt");
            awaitLine("second.txt", "(to,3)");
            second.destroy(); // SIGTERM: it stops gracefully
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A program that has never run begins with what comes then: that it has begun shows when something is counted. */
    private void awaitReading(KafkaServer kafka) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            send(kafka, "ready");
            return Files.readString(directory.resolve("first.txt")).contains("(ready,");
        });
    }

    private static void send(KafkaServer kafka, String line) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("lines", line)).get();
        }
    }

    private Process start(KafkaServer kafka, String output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WordCount.class.getName(),
                        kafka.bootstrapServers())
                .directory(directory.toFile())
                .redirectOutput(directory.resolve(output).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void awaitLine(String output, String wanted) {
        await().atMost(PATIENCE)
                .until(() -> Files.readAllLines(directory.resolve(output)).contains(wanted));
    }
}
