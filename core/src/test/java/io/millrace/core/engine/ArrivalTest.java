// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
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

/** No element is in a batch, nor in a window, that ended before the element was there. */
@Timeout(60)
class ArrivalTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instant BEGIN = Instant.EPOCH.plusSeconds(1_000_000);
    private static final Duration BLOCK = Duration.ofMillis(20);

    private final ManualClock clock = new ManualClock(BEGIN);
    private final List<StreamingEvent> events = Collections.synchronizedList(new ArrayList<>());
    /** What outputs got, by second of the batch; empty batches are left out. */
    private final Map<Long, List<String>> seen = Collections.synchronizedMap(new TreeMap<>());

    private Duration interval = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private StreamingContext start(String provider, String topic) {
        return start(provider, topic, new CountDownLatch(0), true);
    }

    private StreamingContext start(String provider, String topic, CountDownLatch go, boolean window) {
        StreamingContext context = StreamingContext.builder("arrival")
                .batchInterval(interval)
                .checkpoint(directory)
                .clock(clock)
                .set("block.interval", BLOCK.toMillis() + "ms")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        events.add(event);
                    }
                })
                .build();
        DStream<String> stream =
                context.receive(provider, Map.of("topic", topic)).map(view -> view.valueUtf8());
        stream.foreachBatch(
                "slow",
                batch ->
                        assertThat(go.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue());
        (window ? stream.window("w", Codecs.STRING, Window.of(Duration.ofSeconds(5), Duration.ofSeconds(5))) : stream)
                .foreachBatch("out", batch -> {
                    if (batch.count() > 0) {
                        seen.put(Duration.between(BEGIN, batch.id().batchTime()).toSeconds(), batch.collect());
                    }
                });
        context.start();
        return context;
    }

    private void clockTo(double second) {
        clock.advance(Duration.between(Instant.ofEpochMilli(clock.millis()), BEGIN.plusMillis((long) (second * 1000))));
    }

    private long committed() {
        return List.copyOf(events).stream()
                .filter(StreamingEvent.BatchCommitted.class::isInstance)
                .count();
    }

    private void awaitCommitted(long second) {
        await().atMost(SOON)
                .until(() -> List.copyOf(events).stream()
                        .anyMatch(event -> event instanceof StreamingEvent.BatchCommitted committed
                                && committed.batchTime().equals(BEGIN.plusSeconds(second))));
    }

    /** Runs the batches of each second up to one. */
    private void secondsTo(int last) {
        for (int second = (int) Duration.between(BEGIN, Instant.ofEpochMilli(clock.millis()))
                                .toSeconds()
                        + 1;
                second <= last;
                second++) {
            clockTo(second);
            awaitCommitted(second);
        }
    }

    /** Adds an element and waits until it is durable in the log of a receiver; the clock goes on by some milliseconds. */
    private void receive(Topic topic, String element) {
        topic.add(0, element);
        String partition = topic.partition(0);
        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(Duration.ofMillis(1));
            return topic.acknowledged.getOrDefault(partition, 0L) >= topic.end(0);
        });
    }

    @Test
    void whatAReceiverBringsAfterADowntimeIsInNoWindowThatWasOverBefore() {
        Topic topic = Topic.create("arrival-receiver", 1);
        try (StreamingContext context = start("topic-receiver", "arrival-receiver")) {
            receive(topic, "x");
            secondsTo(3);
            context.stop();
        }
        clockTo(11.2);
        try (StreamingContext context = start("topic-receiver", "arrival-receiver")) {
            receive(topic, "y");
            secondsTo(15);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(5L, List.of("x"), 15L, List.of("y")));
    }

    @Test
    void whatADirectSourceHasAfterADowntimeIsInNoBatchBeforeTheStart() {
        Topic topic = Topic.create("arrival-direct", 1);
        try (StreamingContext context = start("topic-direct", "arrival-direct")) {
            topic.add(0, "x");
            secondsTo(3);
            context.stop();
        }
        topic.add(0, "y");
        clockTo(11.2);
        try (StreamingContext context = start("topic-direct", "arrival-direct")) {
            awaitCommitted(12); // at once, and not when its time comes
            secondsTo(15);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(5L, List.of("x"), 15L, List.of("y")));
    }

    @Test
    void whatComesWhileBatchesAreLateIsInNoWindowThatWasOverBefore() {
        Topic topic = Topic.create("arrival-late", 1);
        CountDownLatch go = new CountDownLatch(1);
        try (StreamingContext context = start("topic-receiver", "arrival-late", go, true)) {
            receive(topic, "x");
            clockTo(1);
            clockTo(2);
            clockTo(3);
            clockTo(11.2);
            receive(topic, "y");
            go.countDown();
            awaitCommitted(11);
            secondsTo(15);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(5L, List.of("x"), 15L, List.of("y")));
    }

    @Test
    void aBlockThatWaitedThroughADowntimeIsInTheWindowInWhichItArrived() {
        Topic topic = Topic.create("arrival-waited", 1);
        try (StreamingContext context = start("topic-receiver", "arrival-waited")) {
            receive(topic, "x");
            secondsTo(12);
            receive(topic, "y");
            context.stop();
        }
        clockTo(100.5);
        try (StreamingContext context = start("topic-receiver", "arrival-waited")) {
            awaitCommitted(100);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).isEqualTo(Map.of(5L, List.of("x"), 15L, List.of("y")));
    }

    @Test
    void aClockThatIsSetBackStrandsNothing() {
        Topic topic = Topic.create("arrival-set-back", 1);
        try (StreamingContext context = start("topic-receiver", "arrival-set-back", new CountDownLatch(0), false)) {
            receive(topic, "x");
            clock.setTime(BEGIN.minusSeconds(100));
            clock.advance(Duration.ofSeconds(1));
            await().atMost(SOON).until(() -> !seen.isEmpty());
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen.keySet()).allMatch(second -> second <= -99);
    }

    @Test
    void aGracefulStopProcessesWhatWasReceivedBeforeTheClockWasSetBack() {
        Topic topic = Topic.create("arrival-stop", 1);
        try (StreamingContext context = start("topic-receiver", "arrival-stop", new CountDownLatch(0), false)) {
            clockTo(0.9);
            receive(topic, "x");
            clock.setTime(BEGIN.minusMillis(50)); // arrived in the next interval, the last batch is that of this one
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen.values()).containsExactly(List.of("x"));
    }

    @Test
    void withALongIntervalABacklogOfADirectSourceWaitsForTheNextTick() {
        interval = Duration.ofMinutes(10);
        Topic topic = Topic.create("arrival-long", 1);
        topic.add(0, "x");
        try (StreamingContext context = start("topic-direct", "arrival-long", new CountDownLatch(0), false)) {
            topic.add(0, "y");
            clock.advance(interval);
            await().atMost(SOON).until(() -> committed() >= 1);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen.values()).containsExactly(List.of("x", "y"));
    }

    @Test
    void aLargeBacklogBeginsWithASmallBatchAndNoTickIsTakenForAClockSetBack() {
        Topic topic = Topic.create("arrival-large", 1);
        for (int i = 0; i < 50_000; i++) {
            topic.add(0, "x");
        }
        clockTo(0.5);
        try (StreamingContext context = start("topic-direct", "arrival-large", new CountDownLatch(0), false)) {
            awaitCommitted(1);
            awaitCommitted(2);
            secondsTo(3);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen.get(1L).size()).isLessThan(seen.get(2L).size());
        assertThat(seen.get(1L).size() + seen.get(2L).size()).isEqualTo(50_000);
        assertThat(events).noneMatch(StreamingEvent.ClockSetBack.class::isInstance);
    }
}
