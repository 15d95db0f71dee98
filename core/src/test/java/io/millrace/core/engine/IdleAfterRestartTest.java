// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.Window;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys do not age while a program is down, nor while it reads what had waited. */
@Timeout(60)
class IdleAfterRestartTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final StateSpec<String, Integer> COUNTS =
            StateSpec.named("counts", Codecs.STRING, Codecs.INT).timeout(Duration.ofSeconds(5));

    private final ManualClock clock = new ManualClock(Instant.parse("2000-01-01T00:00:00Z"));
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger committed = new AtomicInteger();

    @TempDir
    private Path directory;

    private StreamingContext start() {
        return start(words -> words);
    }

    private StreamingContext start(UnaryOperator<DStream<String>> before) {
        StreamingContext context = StreamingContext.builder("idle")
                .batchInterval(INTERVAL)
                .checkpoint(directory)
                .clock(clock)
                .set("direct.initial-rate", "1")
                .set("direct.max-rate", "1")
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        committed.incrementAndGet();
                    }
                })
                .build();
        DStream<String> words =
                context.receive("topic-direct", Map.of("topic", "idle")).map(RecordView::valueUtf8);
        before.apply(words)
                .mapToPair(word -> Pair.of(word, 1))
                .mapWithState(COUNTS, (time, key, value, state) -> {
                    if (state.isTimingOut()) {
                        return Optional.of(key + " timed out");
                    }
                    int count = state.find().orElse(0) + 1;
                    state.update(count);
                    return Optional.of(key + "=" + count);
                })
                .foreachBatch("out", batch -> seen.addAll(batch.collect()));
        context.start();
        return context;
    }

    private void awaitCommitted(int batches) {
        await().atMost(SOON).until(() -> committed.get() >= batches);
    }

    @Test
    void keysDoNotTimeOutBeforeTheBacklogIsRead() {
        Topic topic = Topic.create("idle", 1);
        topic.add(0, "a");
        try (StreamingContext context = start()) {
            awaitCommitted(1);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        for (String record : List.of("b", "b", "b", "b", "b", "a")) { // a record a batch: "a" comes after more than 5 s
            topic.add(0, record);
        }
        int batches = 1;
        for (int restart = 0; restart < 3; restart++) {
            clock.advance(Duration.ofHours(1));
            try (StreamingContext context = start()) {
                awaitCommitted(++batches);
                clock.advance(INTERVAL);
                awaitCommitted(++batches);
                assertThat(context.stopGracefully(SOON)).isTrue();
            }
        }
        assertThat(seen).containsExactly("a=1", "b=1", "b=2", "b=3", "b=4", "b=5", "a=2");
        try (StreamingContext context = start()) {
            for (int idle = 0; idle < 6; idle++) {
                clock.advance(INTERVAL);
                awaitCommitted(++batches);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen.subList(7, seen.size())).containsExactlyInAnyOrder("a timed out", "b timed out");
    }

    @Test
    void keysBehindAWindowDoNotTimeOutThoughTheFirstBatchAfterADowntimeIsNotTheirs() {
        UnaryOperator<DStream<String>> window =
                words -> words.window("w", Codecs.STRING, Window.tumbling(Duration.ofSeconds(2)));
        Topic topic = Topic.create("idle", 1);
        int batches = 0;
        try (StreamingContext context = start(window)) {
            topic.add(0, "a");
            for (int second = 1; second <= 4; second++) {
                clock.advance(INTERVAL);
                awaitCommitted(++batches);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("a=1"); // at 2 s
        clock.advance(Duration.ofHours(1).plus(INTERVAL)); // to a second at which no window ends
        topic.add(0, "b");
        try (StreamingContext context = start(window)) {
            awaitCommitted(++batches);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        try (StreamingContext context = start(window)) {
            for (int second = 6; second <= 8; second++) {
                clock.advance(INTERVAL);
                awaitCommitted(++batches);
                assertThat(seen).hasSizeLessThan(second == 8 ? 4 : 3);
            }
            assertThat(seen).containsExactly("a=1", "b=1", "a timed out");
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }
}
