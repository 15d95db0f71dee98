// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However much waits in the log, a batch takes what it may of it. */
@Timeout(60)
class LimitedBatchesTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instant BEGIN = Instant.EPOCH.plusSeconds(1_000_000);
    private static final int MOST = 64 << 10;
    private static final String RECORD = "x".repeat(10_000);
    /** As many records as fill a batch: each is in a block of its own, with a few bytes about it. */
    private static final int OF_A_BATCH = 6;

    private final ManualClock clock = new ManualClock(BEGIN);
    private final List<StreamingEvent> events = Collections.synchronizedList(new ArrayList<>());
    /** How many records outputs got, by second of the batch; empty batches are left out. */
    private final Map<Long, Integer> seen = Collections.synchronizedMap(new TreeMap<>());

    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path directory;

    private StreamingContextBuilder builder() {
        return StreamingContext.builder("limited")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(directory)
                .clock(clock)
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        events.add(event);
                    }
                });
    }

    private StreamingContext start(String topic) {
        return start(topic, MOST);
    }

    private StreamingContext start(String topic, int most) {
        StreamingContext context = builder()
                .set("batch.max-bytes", most + "B")
                .set("block.max-bytes", "12KiB")
                .build();
        context.receive("topic-receiver", Map.of("topic", topic))
                .map(view -> Integer.parseInt(view.valueUtf8().substring(RECORD.length())))
                .foreachBatch("out", batch -> {
                    assertThat(go.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                    if (batch.count() > 0) {
                        seen.put(Duration.between(BEGIN, batch.id().batchTime()).toSeconds(), (int) batch.count());
                        order.addAll(batch.collect().stream().sorted().toList());
                    }
                });
        context.start();
        return context;
    }

    private void receive(Topic topic, int records) {
        for (int i = 0; i < records; i++) {
            topic.add(0, RECORD + topic.end(0));
        }
        String partition = topic.partition(0);
        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(Duration.ofMillis(1));
            return topic.acknowledged.getOrDefault(partition, 0L) >= topic.end(0);
        });
    }

    private void second(long second) {
        clock.advance(Duration.between(Instant.ofEpochMilli(clock.millis()), BEGIN.plusSeconds(second)));
    }

    private void awaitSeen(int records) {
        await().atMost(SOON).until(() -> order.size() >= records);
        assertThat(order).isSorted().hasSize(records);
    }

    @Test
    void aBacklogIsDividedAmongTheTimesThatPassedAndEndsWithTheLast() {
        Topic topic = Topic.create("limited-passed", 1);
        try (StreamingContext context = start("limited-passed")) {
            second(1); // is called, and does not return
            second(2);
            receive(topic, 3 * OF_A_BATCH);
            second(9);
            go.countDown();
            awaitSeen(3 * OF_A_BATCH);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(7L, OF_A_BATCH, 8L, OF_A_BATCH, 9L, OF_A_BATCH));
    }

    @Test
    void noPartOfItIsInABatchBeforeItArrivedAndTheRestWaitsForTimesToCome() {
        Topic topic = Topic.create("limited-to-come", 1);
        go.countDown();
        try (StreamingContext context = start("limited-to-come")) {
            second(4);
            receive(topic, 3 * OF_A_BATCH);
            for (int tick = 5, all = 0; tick <= 7; tick++) {
                second(tick);
                all += OF_A_BATCH;
                awaitSeen(all);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(5L, OF_A_BATCH, 6L, OF_A_BATCH, 7L, OF_A_BATCH));
        assertThat(events)
                .filteredOn(StreamingEvent.ConditionChanged.class::isInstance)
                .extracting(event -> (StreamingEvent.ConditionChanged) event)
                .filteredOn(changed -> changed.condition().equals("batch-limit"))
                .isNotEmpty();
    }

    /** As with a plan of a program that ran with another limit, or of before there was one. */
    @Test
    void aBatchThatWasPlannedWithMoreIsRunAsItWasAndSaysWhatItNeeds() {
        Topic topic = Topic.create("limited-planned", 1);
        try (StreamingContext first = start("limited-planned", 10 * MOST)) {
            second(1); // is called, and does not return
            receive(topic, 3 * OF_A_BATCH);
            second(2);
            await().atMost(SOON)
                    .until(() -> events.stream()
                            .filter(StreamingEvent.BatchPlanned.class::isInstance)
                            .map(StreamingEvent.BatchPlanned.class::cast)
                            .anyMatch(planned -> planned.batchTime().equals(BEGIN.plusSeconds(2))));
            first.stop();
        }
        go.countDown();
        events.clear();
        try (StreamingContext second = start("limited-planned", MOST)) {
            awaitSeen(3 * OF_A_BATCH);
            assertThat(second.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(2L, 3 * OF_A_BATCH));
        assertThat(conditions("batch " + BEGIN.plusSeconds(2)))
                .hasSize(2)
                .first()
                .satisfies(raised -> assertThat(raised.message())
                        .contains("was planned with", "batches take " + MOST + " now", "it may need a heap of"));
        assertThat(conditions("batch " + BEGIN.plusSeconds(2)).get(1).holds()).isFalse();
    }

    @Test
    void aBatchThatDoesNotFitIntoTheHeapSaysHowMuchItTakes() throws InterruptedException {
        Topic topic = Topic.create("limited-heap", 1);
        try (StreamingContext context = builder().build()) {
            context.receive("topic-receiver", Map.of("topic", "limited-heap"))
                    .map(view -> {
                        if (!view.valueUtf8().isEmpty()) {
                            throw new OutOfMemoryError("of the test");
                        }
                        return 1;
                    })
                    .foreachBatch("out", batch -> {});
            context.start();
            receive(topic, 1);
            second(1);
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .hasMessageContaining("its blocks have 10")
                    .hasMessageContaining("give it more (-Xmx)");
        }
    }

    private List<StreamingEvent.ConditionChanged> conditions(String subject) {
        return events.stream()
                .filter(StreamingEvent.ConditionChanged.class::isInstance)
                .map(StreamingEvent.ConditionChanged.class::cast)
                .filter(changed -> changed.subject().equals(subject))
                .toList();
    }

    @Test
    void aGracefulStopDrainsItUnderTimesToCome() {
        Topic topic = Topic.create("limited-stop", 1);
        go.countDown();
        try (StreamingContext context = start("limited-stop")) {
            second(4);
            receive(topic, 3 * OF_A_BATCH);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(order).hasSize(3 * OF_A_BATCH);
        assertThat(seen).isEqualTo(Map.of(5L, OF_A_BATCH, 6L, OF_A_BATCH, 7L, OF_A_BATCH));
    }

    @Test
    void aStartDividesWhatWaitsToo() {
        Topic topic = Topic.create("limited-start", 1);
        try (StreamingContext context = start("limited-start")) {
            receive(topic, 3 * OF_A_BATCH);
            context.stop();
        }
        second(20);
        go.countDown();
        try (StreamingContext context = start("limited-start")) {
            awaitSeen(3 * OF_A_BATCH);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(18L, OF_A_BATCH, 19L, OF_A_BATCH, 20L, OF_A_BATCH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch.max-bytes", "block.memory", "receiver.max-unacknowledged"})
    void whatCannotFitTheHeapIsRefused(String setting) {
        Topic.create("limited-heap", 1);
        try (StreamingContext context = builder().set(setting, "15GiB").build()) {
            context.receive("topic-receiver", Map.of("topic", "limited-heap"))
                    .map(view -> 1)
                    .print();
            assertThatThrownBy(context::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(setting + " = 16106127360")
                    .hasMessageContaining("heap");
        }
    }
}
