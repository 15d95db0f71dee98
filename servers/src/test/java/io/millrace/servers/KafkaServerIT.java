// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.servers.junit.RealKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RealKafka.class)
class KafkaServerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void carriesRecordsToAConsumerGroup(KafkaServer kafka) throws Exception {
        createTopic(kafka, "group");
        produce(kafka, "group", "a", "b", "c");

        assertThat(consume(kafka, "group", 3)).containsExactly("a", "b", "c");
    }

    @Test
    void isTheSameForEveryTestOfARun(KafkaServer one) throws Exception {
        assertThat(one.isAlive()).isTrue();
        createTopic(one, "shared");
        assertThatThrownBy(() -> createTopic(one, "shared")).hasMessageContaining("already exists");
    }

    @Test
    void keepsItsDataAndItsAddressOverAKill() throws Exception {
        Path data = directory.resolve("kept");
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(data).start()) {
            String address = kafka.bootstrapServers();
            createTopic(kafka, "kept");
            produce(kafka, "kept", "before");

            kafka.kill();
            assertThat(kafka.isAlive()).isFalse();
            kafka.restart();

            assertThat(kafka.bootstrapServers()).isEqualTo(address);
            produce(kafka, "kept", "after");
            assertThat(consume(kafka, "kept", 2)).containsExactly("before", "after");
        }
        assertThat(data.resolve("data").resolve(".kafka_cleanshutdown")).exists();
    }

    @Test
    void forgetsItsDataWhenItHasNoDirectoryOfItsOwn() {
        KafkaServer kafka = KafkaServer.builder().start();
        Path log = kafka.log();
        assertThat(log).exists();

        kafka.close();

        assertThat(kafka.isAlive()).isFalse();
        assertThat(log.getParent()).doesNotExist();
    }

    @Test
    void saysThatItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> KafkaServer.builder()
                            .dataDirectory(directory)
                            .port(port)
                            .start())
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(
                            "the Kafka broker on port %d with data in %s ended while it started", port, directory)
                    .hasMessageContaining("Choose another port, or 0 for any free one.");
        }
        assertThat(Files.readString(directory.resolve("server.log"))).contains("Address already in use");
    }

    private static void createTopic(KafkaServer kafka, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void produce(KafkaServer kafka, String topic, String... values) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, value)).get();
            }
        }
    }

    private static List<String> consume(KafkaServer kafka, String topic, int count) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "group.id", topic, "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }
}
