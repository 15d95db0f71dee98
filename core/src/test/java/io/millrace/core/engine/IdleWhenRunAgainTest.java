// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.RecordView;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch that runs again lets keys age as it did before, whatever the reason for which it is as late as it is. */
@Timeout(60)
class IdleWhenRunAgainTest {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(BEGIN);
    private final Topic topic = Topic.create("again", 1);
    private final AtomicInteger committed = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);

    /** What the output was given, by the second of the batch, each time. */
    private final Map<Long, List<List<String>>> given = Collections.synchronizedMap(new HashMap<>());

    @TempDir
    private Path directory;

    /** A program whose output fails when it is called for the tenth second for the first time. */
    private StreamingContext start() {
        StreamingContext context = StreamingContext.builder("again")
                .batchInterval(INTERVAL)
                .checkpoint(directory)
                .clock(clock)
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        committed.incrementAndGet();
                    }
                })
                .build();
        context.receive("topic-direct", Map.of("topic", "again"))
                .map(RecordView::valueUtf8)
                .mapToPair(word -> Pair.of(word, 1))
                .mapWithState(
                        StateSpec.named("counts", Codecs.STRING, Codecs.INT).timeout(Duration.ofSeconds(5)),
                        (time, key, value, state) -> {
                            if (state.isTimingOut()) {
                                return Optional.of(key + " timed out");
                            }
                            state.update(1);
                            return Optional.of(key);
                        })
                .foreachBatch("out", batch -> {
                    first.await();
                    long second =
                            Duration.between(BEGIN, batch.id().batchTime()).toSeconds();
                    List<List<String>> calls = given.computeIfAbsent(second, s -> new ArrayList<>());
                    calls.add(batch.collect());
                    if (second == 10 && calls.size() == 1) {
                        throw new IllegalStateException("the first call of " + second);
                    }
                });
        context.start();
        return context;
    }

    @Test
    void afterTicksForWhichThereWasNoRoom() {
        try (StreamingContext context = start()) {
            topic.add(0, "a");
            for (int second = 1; second <= 10; second++) {
                clock.advance(INTERVAL);
            }
            first.countDown(); // batches 1 and 2 were planned, 10 follows
            assertThatThrownBy(() -> context.awaitTermination(SOON)).hasMessageContaining("the first call of 10");
        }
        try (StreamingContext context = start()) {
            await().atMost(SOON).until(() -> committed.get() >= 3);
            context.stop();
        }
        assertThat(given.get(10L)).containsExactly(List.of("a timed out"), List.of("a timed out"));
    }
}
