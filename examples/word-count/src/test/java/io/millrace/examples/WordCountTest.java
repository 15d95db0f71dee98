// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.servers.KafkaServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
@Timeout(180)
class WordCountTest {
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
            send(kafka, "to be or not to be");
            Process first = start(kafka);
            awaitLine(first, "(to,2)");
            first.destroyForcibly().waitFor();

            Process second = start(kafka);
            send(kafka, "to sleep");
            awaitLine(second, "(to,3)");
            second.destroy(); // SIGTERM: it stops gracefully
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void send(KafkaServer kafka, String line) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("lines", line)).get();
        }
    }

    private Process start(KafkaServer kafka) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WordCount.class.getName(),
                        kafka.bootstrapServers())
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitLine(Process program, String wanted) throws IOException {
        BufferedReader output = program.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.equals(wanted)) {
            line = output.readLine();
        }
        assertThat(line).isEqualTo(wanted);
    }
}
