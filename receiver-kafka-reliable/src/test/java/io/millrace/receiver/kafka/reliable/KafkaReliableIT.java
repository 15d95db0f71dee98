// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.reliable.TestEngine.Taken;
import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaReliableIT {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final KafkaReliableProvider provider = new KafkaReliableProvider();
    private final TestEngine engine = new TestEngine();
    private final List<Receiver> started = new ArrayList<>();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterEach
    void stopAll() {
        started.forEach(receiver -> receiver.stop(DEADLINE));
    }

    @Test
    void R01_records_come_whole_and_in_the_order_of_their_partition(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 2);
        ProducerRecord<String, String> full = new ProducerRecord<>(topic.name(), 1, 1234L, "key", "value");
        full.headers().add("a", "1".getBytes(UTF_8));
        String none = null;
        topic.send(List.of(full, new ProducerRecord<>(topic.name(), 1, 5678L, "tombstone", none)));
        topic.sendNumbers(0, 1_000, 1);

        start(engine, topic.settings());
        await().until(() -> engine.taken().size() == 1_002);

        assertThat(taken(topic.partition(1)))
                .containsExactly(
                        new Taken(topic.partition(1), 0, 1234, "key", "value", Map.of("a", "1")),
                        new Taken(topic.partition(1), 1, 5678, "tombstone", null, Map.of()));
        assertThat(taken(topic.partition(0))).extracting(Taken::value).containsExactlyElementsOf(numbers(0, 1_000));
        assertThat(engine.positions().get(topic.partition(0)))
                .satisfies(position -> assertThat(position.number()).isEqualTo(1_000))
                .satisfies(position -> assertThat(KafkaPosition.topicId(position))
                        .as("topic id")
                        .hasSize(22));
    }

    @Test
    void R32_I8_thirty_records_stored_are_thirty_committed(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        Receiver receiver = start(engine, topic.settings("group.id", "thirty"));
        await().until(() -> engine.values().size() == 30);
        assertThat(topic.committed("thirty")).isEmpty();

        receiver.pause();
        receiver.durable(engine.mark());
        receiver.stop(DEADLINE);

        assertThat(topic.committed("thirty")).isEqualTo(Map.of(0, 30L));
    }

    @Test
    void R32_what_is_durable_is_committed_while_it_runs_and_the_newest_wins(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        Receiver receiver = start(engine, topic.settings("group.id", "newest", "commit.interval", "50ms"));
        await().until(() -> engine.values().size() == 30);

        for (long durable = 1; durable <= 20; durable++) {
            receiver.durable(new DurableMark(Map.of(topic.partition(0), Position.of(durable)), -1));
        }

        await().until(() -> topic.committed("newest").equals(Map.of(0, 20L)));
    }

    @Test
    void R05_records_wait_while_there_is_no_room_for_them(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 20_000, 2);
        engine.room(10);
        start(engine, topic.settings());
        await().until(() -> engine.refusals() > 2);
        assertThat(engine.values()).hasSize(10);

        for (int taken = 10; taken < 20_000; taken += 3_000) {
            int until = Math.min(20_000, taken + 3_000);
            engine.room(until - taken);
            await().until(() -> engine.values().size() == until);
        }

        assertThat(taken(topic.partition(0)))
                .extracting(Taken::offset)
                .isSorted()
                .hasSize(10_000);
        assertThat(taken(topic.partition(1)))
                .extracting(Taken::offset)
                .isSorted()
                .hasSize(10_000);
    }

    @Test
    void R07_nothing_is_taken_between_pause_and_resume(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        Receiver receiver = start(engine, topic.settings("commit.interval", "50ms", "group.id", "paused"));
        topic.sendNumbers(0, 10, 1);
        await().until(() -> engine.values().size() == 10);

        receiver.pause();
        receiver.durable(engine.mark());
        await().until(() -> topic.committed("paused").equals(Map.of(0, 10L)));
        topic.sendNumbers(10, 20, 1);
        receiver.durable(new DurableMark(Map.of(topic.partition(0), Position.of(5)), -1));
        await().until(() -> topic.committed("paused").equals(Map.of(0, 5L)));
        assertThat(engine.values()).hasSize(10);

        receiver.resume();
        await().until(() -> engine.values().size() == 20);
    }

    @Test
    void R06_being_woken_again_and_again_loses_nothing(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        Receiver receiver = start(engine, topic.settings("commit.interval", "1ms", "group.id", "woken"));
        topic.produce(Map.of(), producer -> {
            for (int i = 0; i < 5_000; i++) {
                Future<?> unused = producer.send(new ProducerRecord<>(topic.name(), 0, null, Integer.toString(i)));
                receiver.resume();
                receiver.durable(engine.mark());
            }
        });
        await().until(() -> {
            receiver.resume();
            return engine.values().size() == 5_000;
        });
        receiver.durable(engine.mark());
        receiver.stop(DEADLINE);

        assertThat(engine.values()).isEqualTo(numbers(0, 5_000));
        assertThat(engine.restarts()).isEmpty();
        assertThat(topic.committed("woken")).isEqualTo(Map.of(0, 5_000L));
    }

    @Test
    void R03_a_restart_goes_on_where_the_ledger_says_whatever_the_group_says(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        Receiver first = start(engine, topic.settings("group.id", "behind"));
        await().until(() -> engine.values().size() == 30);
        first.durable(new DurableMark(Map.of(topic.partition(0), Position.of(10)), -1));
        first.stop(DEADLINE);
        assertThat(topic.committed("behind")).isEqualTo(Map.of(0, 10L));

        topic.sendNumbers(30, 40, 1);
        TestEngine next = new TestEngine(engine);
        start(next, topic.settings("group.id", "behind"));

        await().until(() -> next.values().size() == 10);
        assertThat(next.values()).isEqualTo(numbers(30, 40));
    }

    @Test
    void R71_what_is_committed_is_known_to_a_program_whose_ledger_knows_nothing(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        Receiver first = start(engine, topic.settings("group.id", "lost"));
        await().until(() -> engine.values().size() == 30);
        first.durable(engine.mark());
        first.stop(DEADLINE);

        assertThat(published(topic.settings("group.id", "lost")))
                .isEqualTo(Map.of(topic.partition(0), Position.of(30)));
        assertThat(published(topic.settings("group.id", "others"))).isEmpty();

        TestEngine empty = new TestEngine();
        start(empty, topic.settings("group.id", "lost"));
        await().until(() -> empty.values().size() == 30);
    }

    @Test
    void R70_partitions_that_come_up_begin_at_their_beginning(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        Receiver receiver = start(engine, topic.settings("start", "latest", "discovery.interval", "500ms"));
        receiver.pause();
        topic.growTo(2);
        topic.send(0, "of the first");
        topic.send(1, "of the second");
        await().until(() -> engine.positions().containsKey(topic.partition(1)));
        assertThat(engine.values()).isEmpty();

        receiver.resume();
        await().until(() -> engine.values().size() == 2);
        assertThat(engine.values()).containsExactlyInAnyOrder("of the first", "of the second");
    }

    @Test
    void R73_topics_of_a_pattern_that_come_up_are_read_from_their_beginning(KafkaServer kafka) throws Exception {
        TestTopic first = TestTopic.create(kafka, 1);
        Map<String, String> settings = new HashMap<>(first.settings("start", "latest", "discovery.interval", "500ms"));
        settings.remove("topics");
        settings.put("topics.pattern", first.name() + "-later");
        Receiver receiver = start(engine, settings);
        receiver.pause();
        receiver.resume();
        TestTopic later = TestTopic.create(kafka, first.name() + "-later", 1);
        later.send(0, "first");

        await().until(() -> engine.values().equals(List.of("first")));
    }

    @Test
    void R73_a_topic_made_anew_while_it_is_read_is_an_error(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        start(engine, topic.settings("discovery.interval", "200ms"));
        await().until(() -> engine.values().size() == 10);
        topic.makeAnew(1);

        await().until(() -> !engine.restarts().isEmpty());
        assertThat(engine.restarts().get(0)).hasMessageContaining("deleted and made anew");
    }

    @Test
    void R31_gaps_are_not_records(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendTransactions(6);
        start(engine, topic.settings("kafka.isolation.level", "read_committed"));

        await().until(() -> engine.values().equals(List.of("0", "2", "4")));
    }

    @Test
    void R10_a_partition_with_nothing_to_read_is_idle(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 2);
        start(engine, topic.settings());
        topic.send(0, "a");

        await().until(() -> engine.idle().equals(Map.of(topic.partition(0), true, topic.partition(1), true)));
        topic.send(1, "b");
        await().until(() -> engine.values().contains("b"));
        assertThat(engine.restarts()).isEmpty();
    }

    @Test
    void R36_what_retention_took_is_an_error_that_says_what_there_is(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        topic.deleteBefore(0, 20);
        engine.begin(Map.of(topic.partition(0), Position.of(5)));

        assertThatThrownBy(() -> start(engine, topic.settings()))
                .isInstanceOf(MillraceException.class)
                .hasMessage("stream 'lines': " + topic.partition(0) + " was to be read on from offset 5, which Kafka no"
                        + " longer has (retention); available are offsets 20 to 30; set 'on.data.loss' = report to go"
                        + " on without what is lost, or give the stream a new name to begin anew");
    }

    @Test
    void R36_what_retention_took_can_be_passed_over(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        topic.deleteBefore(0, 20);
        engine.begin(Map.of(topic.partition(0), Position.of(5)));

        start(engine, topic.settings("on.data.loss", "report"));

        await().until(() -> engine.values().equals(numbers(20, 30)));
        assertThat(engine.errors())
                .singleElement()
                .asString()
                .contains(topic.partition(0) + " was to be read on from offset 5", "what lies between is lost");
    }

    @Test
    void R36_what_retention_takes_while_it_runs_is_an_error_too(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        engine.room(0);
        topic.sendNumbers(0, 10, 1);
        start(engine, topic.settings("kafka.max.poll.records", "10", "kafka.fetch.max.bytes", "1"));
        await().until(() -> engine.refusals() > 0);
        topic.sendNumbers(10, 30, 1);
        topic.deleteBefore(0, 20);
        engine.room(Integer.MAX_VALUE);

        await().until(() -> !engine.restarts().isEmpty());
        assertThat(engine.values()).isEqualTo(numbers(0, 10));
        assertThat(engine.restarts().get(0))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(topic.partition(0) + " was to be read on from offset 10")
                .hasMessageContaining("available are offsets 20 to 30");
    }

    @Test
    void R36_a_topic_made_anew_is_not_taken_for_the_old_one(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        Receiver first = start(engine, topic.settings());
        await().until(() -> engine.values().size() == 10);
        first.stop(DEADLINE);
        topic.makeAnew(1);
        topic.sendNumbers(0, 30, 1);

        assertThatThrownBy(() -> start(new TestEngine(engine), topic.settings()))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(topic.partition(0) + " was to be read on from offset 10, but its topic was"
                        + " deleted and made anew; available are offsets 0 to 30");
    }

    @Test
    void R75_a_missing_topic_is_found_before_anything_starts(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);

        assertThatThrownBy(() -> provider.validate(
                        TestPluginContext.of(provider, "lines", topic.settings("topics", topic.name() + "s"))))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("has no topic '" + topic.name() + "s'; did you mean '" + topic.name() + "'?");
        provider.validate(TestPluginContext.of(provider, "lines", topic.settings()));
    }

    @Test
    void R30_groups_do_not_own_partitions_yet(KafkaServer kafka) {
        Map<String, String> settings = new HashMap<>(Map.of("owner", "group", "topics", "lines"));
        settings.put("bootstrap.servers", kafka.bootstrapServers());

        assertThatThrownBy(() -> TestPluginContext.of(provider, "lines", settings))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("setting 'owner' = 'group' is not usable: partitions shared out by a consumer"
                        + " group are not available yet")
                .extracting(error -> ((MillraceException) error).code())
                .isEqualTo(ErrorCode.USER_CONFIG);
    }

    private Map<String, Position> published(Map<String, String> settings) {
        return provider.published(TestPluginContext.of(provider, "lines", settings));
    }

    private Receiver start(TestEngine engine, Map<String, String> settings) throws Exception {
        Receiver receiver = provider.create(TestPluginContext.of(provider, "lines", settings));
        receiver.start(engine);
        started.add(receiver);
        return receiver;
    }

    private List<Taken> taken(String partition) {
        return engine.taken().stream()
                .filter(record -> record.partition().equals(partition))
                .toList();
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
