// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A program whose records Kafka deletes between the plan of a batch and its commit. */
@ExtendWith(RealKafka.class)
@Timeout(120)
class LostRecordsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path checkpoint;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Instant> batches = new ConcurrentLinkedQueue<>();
    private final Queue<RecordsLost> losses = new ConcurrentLinkedQueue<>();
    private volatile boolean failing = true;

    @Test
    void whatRetentionTookOfAPlannedBatchIsAGapAndNothingElseIsLost(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        fails(topic, "fail", "not yet");
        topic.sendNumbers(10, 30, 1);
        topic.deleteBefore(0, 4);

        fails(
                topic,
                "fail",
                "a batch is to read " + topic.partition(0) + " from offset 0 to 10, which Kafka no longer"
                        + " has: available are offsets 4 to 30; set 'on.data.loss' = report to go on without what is lost");
        assertThat(losses).isEmpty();
        fails(topic, "report", "not yet");
        topic.deleteBefore(0, 15); // the rest of the batch, and some of what is in none
        failing = false;
        try (StreamingContext context = program(topic, "report")) {
            context.start();
            await().atMost(PATIENCE).until(() -> seen.size() >= 15);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(seen).containsExactlyElementsOf(numbers(15, 30));
        try (StreamingContext context = program(topic, "fail")) {
            context.start();
            topic.sendNumbers(30, 31, 1);
            await().atMost(PATIENCE).until(() -> seen.size() >= 16);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(seen).containsExactlyElementsOf(numbers(15, 31));
        assertThat(losses).extracting(RecordsLost::records).containsExactly(4L, 6L, 5L);
        List<RecordsLost> in = List.copyOf(losses);
        assertThat(in.get(0).batchTime()).isPresent().isEqualTo(in.get(1).batchTime());
        // the next batch may have been planned before the first one failed
        assertThat(in.get(2).batchTime()).isNotEqualTo(in.get(0).batchTime());
        assertThat(batches).containsOnly(in.get(0).batchTime().orElseThrow());
    }

    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginningIfSomebodySaysSo(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 10, 1);
        fails(topic, "fail", "not yet");
        topic.makeAnew(1);
        topic.sendNumbers(100, 103, 1);

        fails(topic, "fail", "its topic was deleted and made anew");
        failing = false;
        try (StreamingContext context = program(topic, "report")) {
            context.start();
            await().atMost(PATIENCE).until(() -> seen.size() >= 3);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        try (StreamingContext context = program(topic, "fail")) {
            context.start();
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(seen).containsExactlyElementsOf(numbers(100, 103));
    }

    private void fails(TestTopic topic, String onLoss, String message) throws Exception {
        try (StreamingContext context = program(topic, onLoss)) {
            assertThatThrownBy(() -> {
                        context.start();
                        context.awaitTermination(PATIENCE);
                    })
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(message);
        }
    }

    private StreamingContext program(TestTopic topic, String onLoss) {
        StreamingContext context = StreamingContext.builder("losing")
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
        Map<String, String> settings = topic.settings("on.data.loss", onLoss);
        context.receive("lines", KafkaDirectProvider.NAME, settings)
                .map(record -> requireNonNull(record.valueUtf8()))
                .foreachBatch("lines", batch -> {
                    List<String> all = new ArrayList<>();
                    batch.forEach(all::add);
                    if (failing && !all.isEmpty()) {
                        batches.add(batch.id().batchTime());
                        throw new IllegalStateException("not yet");
                    }
                    seen.addAll(all);
                });
        return context;
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
