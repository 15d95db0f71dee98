// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DStream;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationStarted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Outputs and batches at the same time, in an order all the same. */
@Timeout(60)
class ConcurrentWorkTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.parse("2000-01-01T00:00:00Z"));
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final List<StreamingEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final StreamingListener listener = new StreamingListener() {
        @Override
        public void onEvent(StreamingEvent event) {
            events.add(event);
        }
    };

    private StreamingContext start(String topic, Map<String, String> settings, Consumer<DStream<String>> program) {
        StreamingContext context = StreamingContext.builder("concurrent")
                .batchInterval(INTERVAL)
                .checkpoint(URI.create("mem:concurrent"))
                .clock(clock)
                .set("scheduler.threads", "4")
                .set("scheduler.task.max-failures", "1")
                .set(settings)
                .listener(listener)
                .build();
        program.accept(context.receive("topic-direct", Map.of("topic", topic)).map(view -> view.valueUtf8()));
        context.start();
        return context;
    }

    private void batch(Topic topic, String element) {
        topic.add(0, element);
        clock.advance(INTERVAL);
    }

    private void awaitCommitted(int batches) {
        await().atMost(SOON)
                .until(() -> List.copyOf(events).stream()
                                .filter(BatchCommitted.class::isInstance)
                                .count()
                        >= batches);
    }

    private static void awaitLatch(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(SOON.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody came");
        }
    }

    @Test
    void outputsOfABatchMeetWhenTheyMayRunAtOnce() {
        Topic topic = Topic.create("outputs-meet", 1);
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (StreamingContext context = start("outputs-meet", Map.of("outputs.concurrent", "2"), stream -> {
            for (int i = 0; i < 4; i++) {
                stream.foreachBatch("out-" + i, batch -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    together.await(SOON.toSeconds(), TimeUnit.SECONDS); // alone, an output would wait in vain
                    running.decrementAndGet();
                });
            }
        })) {
            batch(topic, "a");
            awaitCommitted(1);
            batch(topic, "b");
            awaitCommitted(2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(most).hasValue(2);
        List<BatchCompleted> completed = events.stream()
                .filter(BatchCompleted.class::isInstance)
                .map(BatchCompleted.class::cast)
                .toList();
        assertThat(completed)
                .allSatisfy(event -> assertThat(event.batch().outputs())
                        .extracting(OutputOperationInfo::name)
                        .containsExactly("out-0", "out-1", "out-2", "out-3"));
        assertInOrder(2, 4);
    }

    /** Outputs start and complete in pairs, after the commit of the batch before, and before that of their own. */
    private void assertInOrder(int batches, int outputs) {
        Instant committed = Instant.MIN;
        List<String> open = new ArrayList<>();
        int started = 0;
        for (StreamingEvent event : events) {
            if (event instanceof OutputOperationStarted start) {
                assertThat(start.operation().batchTime()).isAfter(committed);
                open.add(start.operation().name());
                started++;
            } else if (event instanceof OutputOperationCompleted end) {
                assertThat(open.remove(end.operation().name())).isTrue();
            } else if (event instanceof BatchCommitted commit) {
                assertThat(open).isEmpty();
                assertThat(commit.batchTime()).isAfter(committed);
                committed = commit.batchTime();
            }
        }
        assertThat(started).isEqualTo(batches * outputs);
    }

    @Test
    void unlessItIsSaidOutputsRunOneAfterTheOther() {
        Topic topic = Topic.create("outputs-alone", 1);
        try (StreamingContext context = start("outputs-alone", Map.of(), stream -> {
            for (int i = 0; i < 3; i++) {
                int output = i;
                stream.foreachBatch("out-" + i, batch -> {
                    seen.add("begin " + output);
                    seen.add("end " + output);
                });
            }
        })) {
            batch(topic, "a");
            awaitCommitted(1);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2");
    }

    @Test
    void ofOutputsThatRunAtOnceTheFirstFailureByDeclarationCounts() {
        Topic topic = Topic.create("outputs-fail", 1);
        CountDownLatch failed = new CountDownLatch(1);
        try (StreamingContext context = start("outputs-fail", Map.of("outputs.concurrent", "2"), stream -> {
            stream.foreachBatch("late", batch -> {
                awaitLatch(failed);
                throw new IllegalStateException("late failure");
            });
            stream.foreachBatch("early", batch -> {
                failed.countDown();
                throw new IllegalStateException("early failure");
            });
        })) {
            batch(topic, "a");
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("output 'late' failed")
                    .hasMessageContaining("late failure");
        }
        assertThat(events).noneMatch(BatchCommitted.class::isInstance);
    }

    @Test
    void batchesOfAProgramWithoutStateAreComputedAtOnceAndPutOutInOrder() {
        Topic topic = Topic.create("batches-meet", 1);
        CountDownLatch third = new CountDownLatch(1);
        try (StreamingContext context = start(
                "batches-meet",
                Map.of("batches.concurrent", "3"),
                stream -> stream.map(element -> {
                            if (element.equals("c")) {
                                third.countDown();
                            }
                            awaitLatch(third); // of two batches at once, none would ever be done
                            return element;
                        })
                        .foreachBatch("out", batch -> seen.addAll(batch.collect())))) {
            batch(topic, "a");
            awaitSubmitted(1);
            batch(topic, "b");
            awaitSubmitted(2);
            batch(topic, "c");
            awaitCommitted(3);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("a", "b", "c");
        assertInOrder(3, 1);
    }

    private void awaitSubmitted(int batches) {
        await().atMost(SOON)
                .until(() -> List.copyOf(events).stream()
                                .filter(StreamingEvent.BatchStarted.class::isInstance)
                                .count()
                        >= batches);
    }

    @Test
    void aProgramWithStateComputesOneBatchAtATime() {
        Topic topic = Topic.create("batches-alone", 1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (StreamingContext context = start(
                "batches-alone",
                Map.of("batches.concurrent", "3"),
                stream -> stream.mapToPair(element -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            awaitLatch(go);
                            running.decrementAndGet();
                            return Pair.of("all", element);
                        })
                        .runningReduce("all", Codecs.STRING, Codecs.STRING, (a, b) -> a + b)
                        .foreachBatch("out", batch -> batch.forEach(pair -> seen.add(pair.value()))))) {
            batch(topic, "a");
            awaitSubmitted(1);
            batch(topic, "b");
            go.countDown();
            awaitCommitted(2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(most).hasValue(1);
        assertThat(seen).containsExactly("a", "ab");
    }

    @Test
    void aStopCancelsEveryBatchThatIsComputed() {
        Topic topic = Topic.create("batches-stopped", 1);
        CountDownLatch never = new CountDownLatch(1);
        try (StreamingContext context = start(
                "batches-stopped",
                Map.of("batches.concurrent", "2"),
                stream -> stream.map(element -> {
                            never.await();
                            return element;
                        })
                        .foreachBatch("out", batch -> seen.addAll(batch.collect())))) {
            batch(topic, "a");
            awaitSubmitted(1);
            batch(topic, "b");
            awaitSubmitted(2);
            context.stop();
        }
        assertThat(seen).isEmpty();
        assertThat(events).noneMatch(BatchCommitted.class::isInstance);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("millrace-concurrent-")));
    }
}
