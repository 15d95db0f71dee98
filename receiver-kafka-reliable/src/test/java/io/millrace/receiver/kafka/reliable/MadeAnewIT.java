// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.RecordsLost;
import io.millrace.api.listener.StreamingListener;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A program whose topic is made anew while it stands still. */
@ExtendWith(RealKafka.class)
@Timeout(120)
class MadeAnewIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path checkpoint;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<RecordsLost> losses = new ConcurrentLinkedQueue<>();

    @Test
    void itEndsOrReadsAllOfTheNewTopicAsItsSettingSays(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 50, 1);
        readsOn(topic, "fail", 50);
        topic.makeAnew(1);
        topic.sendNumbers(1_000, 1_200, 1);

        assertThatThrownBy(() -> {
                    try (StreamingContext context = program(topic, "fail")) {
                        context.start();
                        context.awaitTermination(PATIENCE);
                    }
                })
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("its topic was deleted and made anew");
        readsOn(topic, "report", 250);
        topic.sendNumbers(1_200, 1_210, 1);
        readsOn(topic, "fail", 260);

        assertThat(seen.stream().skip(50)).containsExactlyElementsOf(numbers(1_000, 1_210));
        assertThat(losses)
                .singleElement()
                .satisfies(lost ->
                        assertThat(lost.ranges().get(0).until().number()).isZero());
    }

    private void readsOn(TestTopic topic, String onLoss, int records) {
        try (StreamingContext context = program(topic, onLoss)) {
            context.start();
            await().atMost(PATIENCE).until(() -> seen.size() >= records);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(seen).hasSize(records);
    }

    private StreamingContext program(TestTopic topic, String onLoss) {
        StreamingContext context = StreamingContext.builder("made-anew")
                .batchInterval(Duration.ofMillis(100))
                .checkpoint(checkpoint.toUri())
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof RecordsLost lost) {
                            losses.add(lost);
                        }
                    }
                })
                .build();
        context.receive("lines", KafkaReliableProvider.NAME, topic.settings("on.data.loss", onLoss))
                .map(record -> requireNonNull(record.valueUtf8()))
                .foreachBatch("lines", batch -> batch.forEach(seen::add));
        return context;
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
