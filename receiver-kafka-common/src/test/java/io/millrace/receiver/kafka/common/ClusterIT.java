// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void R75_a_topic_that_is_missing_is_named_with_the_one_that_was_meant(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);

        MillraceException error = failure(topic.settings("topics", topic.name() + "x"));

        assertThat(error.code()).isEqualTo(ErrorCode.USER_CONFIG);
        assertThat(error)
                .hasMessage(String.format(
                        Locale.ROOT,
                        "stream 'in': Kafka at '%s' has no topic '%sx'; did you mean '%s'?",
                        kafka.bootstrapServers(),
                        topic.name(),
                        topic.name()));
    }

    @Test
    void a_topic_that_is_like_no_other_is_to_be_made(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);

        assertThat(failure(topic.settings("topics", "something-quite-different-from-everything")))
                .hasMessageContaining("has no topic 'something-quite-different-from-everything'; create it, or correct"
                        + " 'topics'");
    }

    @Test
    void a_topic_of_an_impossible_name_is_refused(KafkaServer kafka) {
        assertThat(failure(TestTopic.create(kafka, 1).settings("topics", "no/name")))
                .hasMessageContaining("'topics' = 'no/name' holds what cannot be a topic's name");
    }

    @Test
    void R75_nobody_listens() {
        String server = "127.0.0.1:1";

        MillraceException error = failure(server);

        assertThat(error.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
        assertThat(error)
                .hasMessage("stream 'in': cannot reach Kafka at '" + server + "': Connection refused; check that a"
                        + " broker listens there and that 'bootstrap.servers' is right");
    }

    @Test
    void R75_somebody_listens_and_says_nothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String server = "127.0.0.1:" + silent.getLocalPort();

            MillraceException error = failure(server);

            assertThat(error.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            assertThat(error)
                    .hasMessageContaining("Kafka at '" + server + "' did not answer")
                    .hasMessageContaining("'" + server + "' takes connections, so check 'kafka.security.protocol'");
        }
    }

    @Test
    void a_host_that_nobody_knows() {
        assertThat(failure("no-such-host.invalid:9092")).hasMessageContaining("no-such-host.invalid:9092");
    }

    @Test
    void a_broker_that_does_not_speak_tls(KafkaServer kafka) {
        Map<String, String> settings = TestTopic.create(kafka, 1).settings("kafka.security.protocol", "SSL");

        assertThat(failure(settings)).hasMessageContaining("kafka.security.protocol");
    }

    @Test
    void a_setting_of_kafkas_with_a_bad_value() {
        assertThat(failure(Map.of(
                        "bootstrap.servers", "localhost:9092",
                        "topics", "lines",
                        "kafka.request.timeout.ms", "soon")))
                .hasMessageContaining(
                        "Kafka refuses a setting: Invalid value soon for configuration request.timeout.ms");
    }

    @Test
    void R75_a_setting_of_kafkas_that_is_mistyped() {
        assertThatThrownBy(() -> new KafkaClients(TestProvider.settings("kafka.fetch.min.byte", "7")))
                .isInstanceOf(MillraceException.class)
                .hasMessage(
                        "stream 'in': unknown setting 'kafka.fetch.min.byte', did you mean 'kafka.fetch.min.bytes'?");
    }

    @Test
    void R75_a_class_that_the_plugin_does_not_have() {
        KafkaClients clients = new KafkaClients(TestProvider.settings("kafka.metric.reporters", "com.example.Missing"));

        assertThatThrownBy(() -> clients.consumer("test", Map.of()))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("com.example.Missing");
    }

    @Test
    void R70_starts_by_time_are_the_first_records_from_then_on(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.send(List.of(
                new ProducerRecord<>(topic.name(), 0, 1_000L, null, "before"),
                new ProducerRecord<>(topic.name(), 0, 2_000L, null, "then"),
                new ProducerRecord<>(topic.name(), 1, 1_000L, null, "before")));

        assertThat(starts(topic.settings("start", "1970-01-01T00:00:02Z"), Map.of()))
                .isEqualTo(Map.of(topic.partition(0), 1L, topic.partition(1), 1L));
    }

    @Test
    void R70_explicit_starts_come_before_the_general_one(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 10, 2);

        assertThat(starts(topic.settings("start.positions", topic.partition(1) + ":3"), Map.of()))
                .isEqualTo(Map.of(topic.partition(0), 0L, topic.partition(1), 3L));
    }

    @Test
    void explicit_starts_that_are_not_there_are_refused(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);

        assertThatThrownBy(() -> starts(topic.settings("start.positions", topic.partition(0) + ":11"), Map.of()))
                .hasMessageContaining("wants " + topic.partition(0) + " read from 11, but it has offsets 0 to 10");
        assertThatThrownBy(() -> starts(topic.settings("start.positions", topic.partition(1) + ":0"), Map.of()))
                .hasMessageContaining("names '" + topic.partition(1) + "', which is no partition of what is read");
    }

    @Test
    void R70_partitions_of_a_known_topic_begin_at_their_beginning(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 10, 2);

        assertThat(starts(topic.settings("start", "latest"), Map.of(topic.partition(0), Position.of(3))))
                .isEqualTo(Map.of(topic.partition(1), 0L));
        assertThat(starts(topic.settings("start", "latest"), Map.of()))
                .isEqualTo(Map.of(topic.partition(0), 5L, topic.partition(1), 5L));
    }

    @Test
    void topics_are_found_by_pattern(KafkaServer kafka) {
        TestTopic one = TestTopic.create(kafka, 1);
        TestTopic two = TestTopic.create(kafka, 2);
        Map<String, String> settings = new HashMap<>(one.settings());
        settings.remove("topics");
        settings.put("topics.pattern", one.name() + "|" + two.name());

        try (Cluster cluster = cluster(settings)) {
            assertThat(cluster.partitions().keySet())
                    .containsExactlyInAnyOrder(
                            new TopicPartition(one.name(), 0),
                            new TopicPartition(two.name(), 0),
                            new TopicPartition(two.name(), 1));
        }
    }

    private static Map<String, Long> starts(Map<String, String> settings, Map<String, Position> known) {
        try (Cluster cluster = cluster(settings)) {
            Map<String, Long> starts = new HashMap<>();
            new StartPositions(TestProvider.settings(settings), cluster)
                    .resolve(cluster.partitions(), known)
                    .forEach((partition, position) -> starts.put(partition, position.number()));
            return starts;
        }
    }

    private static MillraceException failure(String server) {
        return failure(Map.of("bootstrap.servers", server, "topics", "lines"));
    }

    private static MillraceException failure(Map<String, String> settings) {
        return assertTimeout(PATIENCE, () -> {
            try (Cluster cluster = cluster(settings)) {
                throw new AssertionError("partitions of " + cluster.partitions());
            } catch (MillraceException e) {
                return e;
            }
        });
    }

    private static Cluster cluster(Map<String, String> settings) {
        return new Cluster(new KafkaClients(TestProvider.settings(settings)));
    }
}
