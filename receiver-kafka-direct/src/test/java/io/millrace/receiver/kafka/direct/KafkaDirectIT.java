// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaDirectIT {
    private final KafkaDirectProvider provider = new KafkaDirectProvider();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @Test
    void R20_R21_I1_every_range_is_exactly_its_records_and_what_comes_after_the_plan_never_appears(KafkaServer kafka)
            throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            OffsetRange range = only(source.plan(source.start(Map.of()), Long.MAX_VALUE));
            topic.sendNumbers(100, 110, 1);

            assertThat(range.records()).isEqualTo(100);
            assertThat(Reading.values(reader, range)).isEqualTo(numbers(0, 100));
            assertThat(Reading.values(reader, range)).as("again").isEqualTo(numbers(0, 100));
        }
    }

    @Test
    void R25_ranges_go_on_with_what_was_polled_beyond_the_last(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 2_000, 2);
        try (DirectSource source = open(topic.settings());
                RangeReader one = source.reader();
                RangeReader other = source.reader()) {
            Map<String, Position> at = source.start(Map.of());
            List<String> read = new ArrayList<>();
            for (int batch = 0; read.size() < 2_000; batch++) {
                List<OffsetRange> ranges = source.plan(at, 70);
                for (int i = 0; i < ranges.size(); i++) {
                    OffsetRange range = ranges.get(i);
                    RangeReader reader = (batch + i) % 2 == 0 ? one : other;
                    assertThat(Reading.values(reader, range))
                            .hasSize((int) range.records())
                            .allSatisfy(read::add);
                    at.put(range.partition(), range.until());
                }
            }

            assertThat(read).containsExactlyInAnyOrderElementsOf(numbers(0, 2_000));
        }
    }

    @Test
    void R52_one_partition_is_read_by_two_at_once(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        try (DirectSource source = open(topic.settings());
                RangeReader one = source.reader();
                RangeReader other = source.reader()) {
            source.start(Map.of());
            OffsetRange first = range(topic, 0, 50);
            one.open(first);
            assertThat(Reading.values(other, range(topic, 50, 100))).isEqualTo(numbers(50, 100));
            assertThat(Reading.rest(one)).isEqualTo(numbers(0, 50));
        }
    }

    @Test
    void R20_a_range_that_was_left_in_the_middle_is_read_again_from_its_beginning(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        try (DirectSource source = open(topic.settings("kafka.max.poll.records", "10"));
                RangeReader reader = source.reader()) {
            reader.open(range(topic, 0, 100));
            assertThat(reader.fetch()).isNotNull();

            assertThat(Reading.values(reader, range(topic, 0, 100))).isEqualTo(numbers(0, 100));
        }
    }

    @Test
    void R21_I6_an_empty_range_is_not_fetched(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            assertThat(source.plan(source.start(Map.of()), 100)).isEmpty();
            reader.open(range(topic, 0, 0));
            assertThat(reader.fetch()).isNull();
        }
    }

    @Test
    void R70_I2_a_start_at_the_end_sees_only_what_is_new(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        try (DirectSource source = open(topic.settings("start", "latest"));
                RangeReader reader = source.reader()) {
            Map<String, Position> start = source.start(Map.of());
            assertThat(source.plan(start, 100)).isEmpty();
            topic.sendNumbers(10, 15, 1);
            await().until(() -> !source.plan(start, 100).isEmpty());
            await().until(() -> end(source, topic.partition(0)) == 15);

            assertThat(Reading.values(reader, only(source.plan(start, 100)))).isEqualTo(numbers(10, 15));
        }
    }

    @Test
    void R70_partitions_that_come_up_are_available_from_their_beginning(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        try (DirectSource source = open(topic.settings("start", "latest", "discovery.interval", "200ms"));
                RangeReader reader = source.reader()) {
            Map<String, Position> at = new HashMap<>(source.start(Map.of()));
            topic.growTo(2);
            topic.send(1, "first");
            await().until(() -> end(source, topic.partition(1)) == 1);
            at.put(topic.partition(1), source.beginning(topic.partition(1)));

            assertThat(Reading.values(reader, only(source.plan(at, 100)))).isEqualTo(List.of("first"));
        }
    }

    @Test
    void R22_I6_gaps_are_no_records_and_a_range_ends_behind_them(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendTransactions(6);
        try (DirectSource source = open(topic.settings("kafka.isolation.level", "read_committed"));
                RangeReader reader = source.reader()) {
            OffsetRange whole = only(source.plan(source.start(Map.of()), 100));
            assertThat(whole.until().number()).isEqualTo(12);
            assertThat(Reading.values(reader, whole)).containsExactly("0", "2", "4");
            assertThat(Reading.values(reader, range(topic, 0, 4))).containsExactly("0");
            assertThat(Reading.values(reader, range(topic, 4, 8))).containsExactly("2");
            assertThat(Reading.values(reader, range(topic, 9, 12))).isEmpty();
        }
    }

    @Test
    void R51_an_open_transaction_is_not_available_to_those_who_read_what_is_committed(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.produce(Map.of("transactional.id", topic.name()), producer -> {
            producer.initTransactions();
            producer.beginTransaction();
            Future<?> unused = producer.send(new ProducerRecord<>(topic.name(), 0, null, "open"));
            producer.flush();
            try (DirectSource committed = open(topic.settings("kafka.isolation.level", "read_committed"));
                    DirectSource all = open(topic.settings())) {
                assertThat(end(committed, topic.partition(0))).isZero();
                assertThat(end(all, topic.partition(0))).isEqualTo(1);
            }
            producer.commitTransaction();
        });
    }

    @Test
    void R20_records_that_are_gone_are_an_error_that_says_what_there_is(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 30, 1);
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            OffsetRange range = only(source.plan(source.start(Map.of()), 10));
            topic.deleteBefore(0, 20);

            reader.open(range);
            assertThatThrownBy(reader::fetch)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("Kafka no longer has the records of " + topic.partition(0)
                            + " from offset 0 to 10: available are offsets 20 to 30");
            assertThat(Reading.values(reader, range(topic, 20, 30)))
                    .as("the reader goes on")
                    .isEqualTo(numbers(20, 30));
        }
        try (DirectSource source = open(topic.settings())) {
            assertThatThrownBy(() -> source.gaps(Map.of(topic.partition(0), Position.of(5))))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(topic.partition(0) + " was to be read on from offset 5, which Kafka no longer"
                            + " has (retention); available are offsets 20 to 30; set 'on.data.loss' = report");
            assertThatThrownBy(() -> source.remains(List.of(range(topic, 5, 25))))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(
                            "a batch is to read " + topic.partition(0) + " from offset 5 to 25, which Kafka"
                                    + " no longer has: available are offsets 20 to 30; set 'on.data.loss' = report");
        }
    }

    @Test
    void R55_what_is_gone_of_planned_ranges_is_told_from_what_is_left(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 60, 2); // 30 in each
        topic.deleteBefore(0, 20);
        OffsetRange whole = new OffsetRange(topic.partition(1), Position.of(0), Position.of(30), 30);
        try (DirectSource source = open(topic.settings("on.data.loss", "report"));
                RangeReader reader = source.reader()) {
            Remains half = source.remains(List.of(range(topic, 5, 25), whole));
            assertThat(offsets(half.ranges())).containsExactly("0:20-25", "1:0-30");
            assertThat(offsets(half.lost())).containsExactly("0:5-20");
            assertThat(source.remains(List.of(range(topic, 5, 15), whole)))
                    .isEqualTo(new Remains(List.of(whole), List.of(range(topic, 5, 15))));
            assertThat(source.remains(List.of(range(topic, 22, 30))))
                    .isEqualTo(Remains.all(List.of(range(topic, 22, 30))));
            OffsetRange left =
                    source.remains(List.of(range(topic, 5, 25))).ranges().get(0);
            assertThat(Reading.values(reader, left)).hasSize(5);

            assertThat(source.gaps(Map.of(topic.partition(0), Position.of(5), topic.partition(1), Position.of(5))))
                    .satisfies(gaps -> assertThat(offsets(gaps)).containsExactly("0:5-20"))
                    .extracting(OffsetRange::records)
                    .containsExactly(15L);
        }
    }

    @Test
    void R55_nothing_is_left_of_ranges_of_a_topic_that_was_made_anew_and_all_of_the_new_one_is_read(KafkaServer kafka)
            throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        OffsetRange planned;
        try (DirectSource source = open(topic.settings())) {
            planned = only(source.plan(source.start(Map.of()), 10));
        }
        topic.makeAnew(1);
        topic.sendNumbers(0, 30, 1);
        try (DirectSource source = open(topic.settings())) {
            assertThatThrownBy(() -> source.remains(List.of(planned)))
                    .hasMessageContainingAll("from offset 0 to 10", "its topic was deleted and made anew");
        }
        try (DirectSource source = open(topic.settings("on.data.loss", "report"))) {
            assertThat(source.remains(List.of(planned))).isEqualTo(new Remains(List.of(), List.of(planned)));
            assertThat(source.gaps(Map.of(topic.partition(0), planned.until())))
                    .singleElement()
                    .satisfies(gap -> {
                        assertThat(gap.until()).isEqualTo(source.beginning(topic.partition(0)));
                        assertThat(source.plan(Map.of(gap.partition(), gap.until()), 100))
                                .singleElement()
                                .extracting(OffsetRange::records)
                                .isEqualTo(30L);
                    });
        }
    }

    /** Each range as the number of its partition and its offsets. */
    private static List<String> offsets(List<? extends OffsetRange> ranges) {
        return ranges.stream()
                .map(range -> range.partition().substring(range.partition().lastIndexOf('-') + 1) + ":"
                        + range.from().number() + "-" + range.until().number())
                .toList();
    }

    @Test
    void R53_I6_a_range_beyond_the_end_is_an_error(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        try (DirectSource source = open(topic.settings("fetch.timeout", "1s"));
                RangeReader reader = source.reader()) {
            assertThatThrownBy(() -> Reading.values(reader, range(topic, 50, 60)))
                    .hasMessageContaining("available are offsets 0 to 10");
            assertThatThrownBy(() -> Reading.values(reader, range(topic, 5, 20)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("no records of " + range(topic, 5, 20) + " arrived for 1000 ms");
        }
    }

    @Test
    void R72_a_topic_made_anew_is_not_taken_for_the_old_one(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        try (DirectSource source = open(topic.settings("discovery.interval", "200ms"));
                RangeReader reader = source.reader()) {
            OffsetRange range = only(source.plan(source.start(Map.of()), 10));
            topic.makeAnew(1);
            topic.sendNumbers(0, 30, 1);
            Map<String, Position> at = Map.of(topic.partition(0), range.until());

            await().untilAsserted(() -> assertThatThrownBy(() -> source.plan(at, 10))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(topic.partition(0) + " was to be read on from offset 10, but its topic was"
                            + " deleted and made anew"));
            assertThatThrownBy(() -> reader.open(range)).hasMessageContaining("its topic was deleted and made anew");
        }
    }

    @Test
    void R54_I5_what_is_committed_is_published_at_once_and_at_the_end(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.sendNumbers(0, 20, 2);
        try (DirectSource source = open(topic.settings("group.id", "direct-watchers"))) {
            source.committed(Map.of(topic.partition(0), Position.of(3)));
            source.committed(Map.of(topic.partition(1), Position.of(4)));
            await().until(() -> topic.committed("direct-watchers").equals(Map.of(0, 3L, 1, 4L)));
            source.committed(Map.of(topic.partition(0), Position.of(10)));
        }
        assertThat(topic.committed("direct-watchers")).isEqualTo(Map.of(0, 10L, 1, 4L));

        try (DirectSource source = open(topic.settings("group.id", "direct-watchers"))) {
            assertThat(source.published())
                    .as("R-71: for a ledger that knows nothing")
                    .isEqualTo(Map.of(topic.partition(0), Position.of(10), topic.partition(1), Position.of(4)));
        }
        try (DirectSource source = open(topic.settings("group.id", "direct-others"))) {
            assertThat(source.published()).isEmpty();
        }
    }

    private DirectSource open(Map<String, String> settings) {
        return provider.open(TestPluginContext.of(provider, "lines", settings));
    }

    private static OffsetRange only(List<OffsetRange> ranges) {
        assertThat(ranges).hasSize(1);
        return ranges.get(0);
    }

    private static OffsetRange range(TestTopic topic, long from, long until) {
        return new OffsetRange(topic.partition(0), Position.of(from), Position.of(until), until - from);
    }

    private static long end(DirectSource source, String partition) {
        return source.available().getOrDefault(partition, Position.of(-1)).number();
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
