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
import io.millrace.receiver.kafka.testing.TruncatedLog;
import io.millrace.servers.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that lost its tail, as by an unclean election, and has grown beyond what was read since. */
@Timeout(180)
class TruncatedLogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<RecordsLost> losses = new ConcurrentLinkedQueue<>();

    @Test
    void itIsReadOnFromWhereItDivergedIfSomebodySaysSo() throws Exception {
        try (KafkaServer kafka =
                KafkaServer.builder().dataDirectory(directory.resolve("kafka")).start()) {
            TestTopic topic = TestTopic.create(kafka, 1);
            topic.sendNumbers(0, 50, 1);
            topic.sendNumbers(50, 100, 1);
            try (StreamingContext context = program(topic, "fail")) {
                context.start();
                await().atMost(PATIENCE).until(() -> seen.size() == 100);
                assertThat(context.stopGracefully(PATIENCE)).isTrue();
            }
            long left = TruncatedLog.truncate(kafka, directory.resolve("kafka"), topic.partition(0));
            assertThat(left).isBetween(1L, 99L);
            topic.sendNumbers(1_000, 1_200, 1);

            assertThatThrownBy(() -> {
                        try (StreamingContext context = program(topic, "fail")) {
                            context.start();
                            context.awaitTermination(PATIENCE);
                        }
                    })
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(topic.partition(0) + " was to be read on from offset 100, but its log was"
                            + " truncated and differs from what was read from offset " + left + " on");
            seen.clear();
            try (StreamingContext context = program(topic, "report")) {
                context.start();
                await().atMost(PATIENCE).until(() -> seen.size() >= 200);
                assertThat(context.stopGracefully(PATIENCE)).isTrue();
            }
            assertThat(seen).containsExactlyElementsOf(numbers(1_000, 1_200));
            assertThat(losses)
                    .singleElement()
                    .satisfies(lost -> assertThat(lost.records()).isZero());
            try (StreamingContext context = program(topic, "fail")) {
                context.start();
                topic.sendNumbers(1_200, 1_210, 1);
                await().atMost(PATIENCE).until(() -> seen.size() >= 210);
                assertThat(context.stopGracefully(PATIENCE)).isTrue();
            }
            assertThat(seen).containsExactlyElementsOf(numbers(1_000, 1_210));
        }
    }

    private StreamingContext program(TestTopic topic, String onLoss) {
        StreamingContext context = StreamingContext.builder("truncated")
                .batchInterval(Duration.ofMillis(100))
                .checkpoint(directory.resolve("checkpoint").toUri())
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof RecordsLost lost) {
                            losses.add(lost);
                        }
                    }
                })
                .build();
        context.receive("lines", KafkaDirectProvider.NAME, topic.settings("on.data.loss", onLoss))
                .map(record -> requireNonNull(record.valueUtf8()))
                .foreachBatch("lines", batch -> batch.forEach(seen::add));
        return context;
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
