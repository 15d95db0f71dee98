// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes a broker of one's own: one that cleans its logs at once, and may be killed. */
class BrokerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KafkaDirectProvider provider = new KafkaDirectProvider();

    @Test
    void R20_R22_compaction_and_a_death_of_the_broker_change_no_range(@TempDir Path directory) throws Exception {
        try (KafkaServer kafka = KafkaServer.builder()
                .dataDirectory(directory)
                .setting("log.cleaner.backoff.ms", "100")
                .start()) {
            compacted(kafka);
            TestTopic topic = TestTopic.create(kafka, 1);
            topic.sendNumbers(0, 100, 1);
            try (DirectSource source = open(topic.settings());
                    RangeReader reader = source.reader()) {
                Map<String, Position> start = source.start(Map.of());
                OffsetRange half = source.plan(start, 50).get(0);
                assertThat(Reading.values(reader, half)).isEqualTo(numbers(0, 50));
                OffsetRange rest = source.plan(Map.of(topic.partition(0), half.until()), 100)
                        .get(0);

                kafka.kill();
                assertThat(source.plan(Map.of(topic.partition(0), half.until()), 100))
                        .containsExactly(rest);
                kafka.restart();

                assertThat(Reading.values(reader, rest)).isEqualTo(numbers(50, 100));
                assertThat(Reading.values(reader, half)).isEqualTo(numbers(0, 50));
                topic.sendNumbers(100, 110, 1);
                Map<String, Position> at = Map.of(topic.partition(0), rest.until());
                await().atMost(PATIENCE)
                        .until(() -> source.plan(at, 100).stream().anyMatch(range -> range.records() == 10));
                assertThat(Reading.values(reader, source.plan(at, 100).get(0))).isEqualTo(numbers(100, 110));
            }
        }
    }

    @Test
    void anOutageMakesABatchLateAndNothingElse(@TempDir Path directory) throws Exception {
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(directory).start()) {
            TestTopic topic = TestTopic.create(kafka, 1);
            topic.sendNumbers(0, 100, 1);
            try (DirectSource source = open(topic.settings("fetch.timeout", "2s"));
                    RangeReader reader = source.reader()) {
                OffsetRange all = source.plan(source.start(Map.of()), 100).get(0);
                kafka.kill();
                CompletableFuture<List<String>> read = CompletableFuture.supplyAsync(() -> {
                    try {
                        return Reading.values(reader, all);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                });
                assertThatThrownBy(() -> read.get(10, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
                await().atMost(PATIENCE).until(() -> source.trouble().isPresent());
                assertThat(source.trouble().orElseThrow())
                        .contains("cannot reach Kafka at '" + kafka.bootstrapServers() + "'", "refused");
                kafka.restart();

                assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(numbers(0, 100));
                await().atMost(PATIENCE).until(() -> source.trouble().isEmpty());
            }
        }
    }

    /** I6: seven records, of which compaction leaves three. */
    private void compacted(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(
                kafka,
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "100"));
        topic.send(0, "a", "a", "b", "a", "c", "b", "a");
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            OffsetRange all = source.plan(source.start(Map.of()), 100).get(0);
            assertThat(all.records()).isEqualTo(7);
            await().atMost(PATIENCE).until(() -> {
                topic.send(0, "roll");
                try (DirectSource later = open(topic.settings());
                        RangeReader fresh = later.reader()) {
                    return Reading.values(fresh, all).equals(List.of("c", "b", "a"));
                }
            });

            assertThat(Reading.values(reader, all)).isEqualTo(List.of("c", "b", "a"));
            Position one = new Position(1, all.until().detail());
            assertThat(Reading.values(reader, new OffsetRange(all.partition(), all.from(), one, 1)))
                    .isEmpty();
        }
    }

    private DirectSource open(Map<String, String> settings) {
        return provider.open(TestPluginContext.of(provider, "lines", settings));
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
