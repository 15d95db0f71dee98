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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Offsets that were asked for at different moments: of a topic that grows, and of one that was made anew in between. */
@ExtendWith(RealKafka.class)
@Timeout(120)
class PositionsInTimeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaDirectProvider provider = new KafkaDirectProvider();

    @Test
    void aStartAtTheEndOfATopicThatIsBeingWrittenIsNoTruncation(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        try (DirectSource source = open(topic.settings("start", "latest", "metadata.refresh", "1h"));
                RangeReader reader = source.reader()) {
            topic.sendNumbers(10, 30, 1); // after the ends were remembered
            Map<String, Position> start = source.start(Map.of());
            assertThat(start.get(topic.partition(0)).number()).isEqualTo(30);

            assertThat(source.plan(start, 100)).isEmpty();
            topic.sendNumbers(30, 40, 1);

            await().atMost(PATIENCE).until(() -> !source.plan(start, 100).isEmpty());
            assertThat(Reading.values(reader, source.plan(start, 100).get(0)))
                    .isEqualTo(numbers(30, 40)
                            .subList(0, (int) source.plan(start, 100).get(0).records()));
        }
    }

    @Test
    void aTopicMadeAnewIsNeverPlannedForTheOldOneHoweverLateItIsDiscovered(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 50, 1);
        try (DirectSource source = open(topic.settings("discovery.interval", "1h"))) {
            OffsetRange all = source.plan(source.start(Map.of()), 100).get(0);
            Map<String, Position> at = Map.of(topic.partition(0), all.until());
            topic.makeAnew(1);
            topic.sendNumbers(1_000, 1_200, 1);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> assertThat(source.plan(at, 1_000)).isEmpty())
                            .isInstanceOf(MillraceException.class)
                            .hasMessageContaining(
                                    topic.partition(0) + " was to be read on from offset 50, but its topic was"
                                            + " deleted and made anew"));
        }
    }

    @Test
    void aTopicMadeAnewIsNotReadForARangeThatWasPlannedOfTheOldOne(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        try (DirectSource source = open(topic.settings("discovery.interval", "1h", "metadata.refresh", "1h"));
                RangeReader reader = source.reader()) {
            OffsetRange first = source.plan(source.start(Map.of()), 50).get(0);
            assertThat(Reading.values(reader, first)).isEqualTo(numbers(0, 50));
            OffsetRange second =
                    source.plan(Map.of(topic.partition(0), first.until()), 50).get(0);
            topic.makeAnew(1);
            topic.sendNumbers(1_000, 1_200, 1);

            // what was fetched of the old one may still be read
            assertThat(outcome(reader, second)).isIn(numbers(50, 100).toString(), "made anew");
            OffsetRange third = new OffsetRange(
                    topic.partition(0),
                    second.until(),
                    new Position(150, second.until().detail()),
                    50);
            assertThat(outcome(reader, third)).isEqualTo("made anew");
            try (RangeReader fresh = source.reader()) {
                assertThat(outcome(fresh, second)).isEqualTo("made anew");
            }
        }
    }

    private static String outcome(RangeReader reader, OffsetRange range) throws Exception {
        try {
            return Reading.values(reader, range).toString();
        } catch (MillraceException e) {
            assertThat(e).hasMessageContaining("its topic was deleted and made anew");
            return "made anew";
        }
    }

    @Test
    void whatWasCommittedOfTheOldTopicIsNotPublishedForTheNewOne(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 50, 1);
        Position read;
        try (DirectSource source = open(topic.settings("group.id", "anew"))) {
            read = source.plan(source.start(Map.of()), 100).get(0).until();
            source.committed(Map.of(topic.partition(0), read));
            await().atMost(PATIENCE).until(() -> topic.committed("anew").equals(Map.of(0, 50L)));
            assertThat(source.published()).isEqualTo(Map.of(topic.partition(0), Position.of(50)));
        }
        topic.makeAnew(1);
        await().atMost(PATIENCE).until(() -> topic.committed("anew").isEmpty()); // by the broker
        try (DirectSource source = open(topic.settings("group.id", "anew"))) {
            source.committed(Map.of(topic.partition(0), Objects.requireNonNull(read)));
        }
        assertThat(topic.committed("anew")).isEmpty();
    }

    @Test
    void aTopicOfAPatternThatIsDeletedHoldsNoOtherUp(KafkaServer kafka) {
        TestTopic stays = TestTopic.create(kafka, 1);
        TestTopic goes = TestTopic.create(kafka, stays.name() + "-goes", 1);
        Map<String, String> settings = new HashMap<>(stays.settings("discovery.interval", "1h"));
        settings.remove("topics");
        settings.put("topics.pattern", stays.name() + ".*");
        try (DirectSource source = open(settings)) {
            Map<String, Position> start = source.start(Map.of());
            assertThat(start).hasSize(2);
            goes.delete();
            stays.sendNumbers(0, 10, 1);

            await().atMost(Duration.ofSeconds(5))
                    .until(() -> source.plan(start, 100).stream().anyMatch(range -> range.records() == 10));
        }
    }

    @Test
    void manyPartitionsAreReadByFewConsumers(KafkaServer kafka) throws Exception {
        int partitions = 3 * ConsumerPool.MOST_IDLE / 2;
        TestTopic topic = TestTopic.create(kafka, partitions);
        topic.sendNumbers(0, 4 * partitions, partitions);
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            Map<String, Position> at = new HashMap<>(source.start(Map.of()));
            List<String> read = new ArrayList<>();
            long before = descriptors();
            while (read.size() < 4 * partitions) {
                for (OffsetRange range : source.plan(at, 2L * partitions)) {
                    read.addAll(Reading.values(reader, range));
                    at.put(range.partition(), range.until());
                }
            }
            assertThat(read).containsExactlyInAnyOrderElementsOf(numbers(0, 4 * partitions));
            assertThat(descriptors() - before).isLessThan(5L * ConsumerPool.MOST_IDLE);
        }
    }

    /** As far as the system tells: how many this process has. */
    private static long descriptors() throws IOException {
        Path all = Path.of("/proc/self/fd");
        if (!Files.isDirectory(all)) {
            return 0;
        }
        try (Stream<Path> each = Files.list(all)) {
            return each.count();
        }
    }

    private DirectSource open(Map<String, String> settings) {
        return provider.open(TestPluginContext.of(provider, "lines", settings));
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
