// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An output that is slower than the interval, so that the next batch is computed before it looks around. */
@Timeout(60)
class SlowOutputsTest {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(BEGIN);
    private final CountDownLatch secondIsComputed = new CountDownLatch(1);
    private final AtomicLong committed = new AtomicLong();

    /**
     * Runs two batches of an element each; the output of the first looks when the second was computed, which the element
     * tells that it does without.
     */
    private void run(String name, BiConsumer<StreamingContext, DStream<String>> program) {
        Topic topic = Topic.create(name, 1);
        try (StreamingContext context = StreamingContext.builder("slow")
                .batchInterval(INTERVAL)
                .checkpoint(URI.create("mem:" + name))
                .clock(clock)
                .set("records.on-error", "skip")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof StreamingEvent.BatchCommitted) {
                            committed.incrementAndGet();
                        } else if (event instanceof StreamingEvent.RecordsSkipped) {
                            secondIsComputed.countDown();
                        }
                    }
                })
                .build()) {
            program.accept(
                    context,
                    context.receive("topic-direct", Map.of("topic", name)).map(view -> view.valueUtf8()));
            context.start();
            for (String element : List.of("a", "b")) {
                topic.add(0, element);
                clock.advance(INTERVAL);
            }
            await().atMost(SOON).until(() -> committed.get() >= 2);
        }
    }

    private static String notTheSecond(String element) {
        if (element.equals("b")) {
            throw new IllegalArgumentException("the batch that does without an element says so when it is computed");
        }
        return element;
    }

    private void awaitSecond() throws InterruptedException {
        assertThat(secondIsComputed.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void itsAccumulatorsAreOfItsOwnBatch() {
        List<Long> seen = new ArrayList<>();
        run("slow-accumulator", (context, stream) -> {
            LongAccumulator elements = context.accumulator("elements");
            stream.map(element -> {
                        elements.add(1);
                        return notTheSecond(element);
                    })
                    .foreachBatch(batch -> {
                        awaitSecond();
                        seen.add(elements.value());
                    });
        });
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void whatAStreamRemembersGoesUpToItsOwnBatchAndAsFarBackAsItSays() {
        List<List<String>> seen = new ArrayList<>();
        run("slow-slice", (context, stream) -> {
            stream.remember(INTERVAL);
            stream.map(SlowOutputsTest::notTheSecond).foreachBatch(batch -> {
                awaitSecond();
                List<String> slice = new ArrayList<>();
                for (Batch<String> remembered : stream.slice(BEGIN, BEGIN.plusSeconds(60))) {
                    slice.addAll(remembered.collect());
                }
                seen.add(slice);
            });
        });
        assertThat(seen).containsExactly(List.of("a"), List.of("b"));
    }
}
