// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.receiver.kafka.testing.TruncatedLog;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Positions over what moves them without records, and over topics and logs that are not what they were. */
@ExtendWith(RealKafka.class)
@Timeout(180)
class ReliablePositionsIT {
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
    void theMarkerOfATransactionMovesThePositionThoughItIsNoRecord(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        start(engine, topic.settings("group.id", "markers"));
        topic.produce(Map.of("transactional.id", topic.name()), producer -> {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < 100; i++) {
                Future<?> unused = producer.send(new ProducerRecord<>(topic.name(), 0, null, Integer.toString(i)));
            }
            producer.flush();
            await().until(() -> engine.values().size() == 100); // open transactions are read
            producer.commitTransaction();
        });

        await().until(() -> position(topic, engine) == 101);
        started.remove(0).stop(DEADLINE);
        topic.deleteBefore(0, 101);
        TestEngine next = new TestEngine(engine);
        start(next, topic.settings());
        topic.send(0, "next");
        await().until(() -> next.values().equals(List.of("next")));
    }

    @Test
    void theTailOfAnAbortedTransactionMovesItToo(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendTransactions(4); // the last is aborted: a record and its marker
        start(engine, topic.settings("kafka.isolation.level", "read_committed"));

        await().until(() -> position(topic, engine) == topic.end(0));
        assertThat(engine.values()).isEqualTo(List.of("0", "2"));
    }

    @Test
    void recordsOfATopicMadeAnewAreNeverTakenForThoseOfTheOldOne(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 50, 1);
        engine.room(49);
        start(engine, topic.settings("discovery.interval", "1h", "group.id", "anew-reliable"));
        await().until(() -> engine.refusals() > 0); // and nothing is fetched
        topic.makeAnew(1);
        topic.sendNumbers(1_000, 1_200, 1);
        engine.room(Integer.MAX_VALUE);

        await().until(() -> !engine.restarts().isEmpty());
        assertThat(engine.restarts().get(0))
                .hasMessageMatching(".*(deleted and made anew|deleted while it was read).*");
        assertThat(engine.values()).isEqualTo(numbers(0, 50));
        started.remove(0).stop(DEADLINE);
        assertThat(topic.committed("anew-reliable")).isEmpty();

        TestEngine next = new TestEngine(engine);
        assertThatThrownBy(() -> start(next, topic.settings()))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("deleted and made anew")
                .hasMessageContaining("set 'on.data.loss' = report");
        start(next, topic.settings("on.data.loss", "report"));
        await().until(() -> next.values().size() >= 200);
        assertThat(next.values()).isEqualTo(numbers(1_000, 1_200));
        assertThat(next.lost()).singleElement().satisfies(range -> {
            assertThat(range.until().number()).isZero();
            assertThat(range.records()).isZero();
        });
    }

    @Test
    void aTruncatedLogIsReadOnFromWhereItDivergedIfSomebodySaysSo(@TempDir Path directory) throws Exception {
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(directory).start()) {
            TestTopic topic = TestTopic.create(kafka, 1);
            topic.sendNumbers(0, 50, 1);
            topic.sendNumbers(50, 100, 1);
            start(engine, topic.settings());
            await().until(() -> engine.values().size() == 100);
            started.remove(0).stop(DEADLINE);
            assertThat(TruncatedLog.truncate(kafka, directory, topic.partition(0)))
                    .isEqualTo(50);
            topic.sendNumbers(1_000, 1_200, 1);

            TestEngine next = new TestEngine(engine);
            assertThatThrownBy(() -> start(next, topic.settings()))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("its log was truncated and differs from what was read from offset 50 on");
            start(next, topic.settings("on.data.loss", "report"));
            await().until(() -> next.values().size() >= 200);
            assertThat(next.values()).isEqualTo(numbers(1_000, 1_200));
            stopAll();
            started.clear();
        }
    }

    private static long position(TestTopic topic, TestEngine engine) {
        return engine.positions().get(topic.partition(0)).number();
    }

    private void start(TestEngine engine, Map<String, String> settings) throws Exception {
        Receiver receiver = provider.create(TestPluginContext.of(provider, "lines", settings));
        receiver.start(engine);
        started.add(receiver);
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
