// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.checkpoint.CheckpointEditor;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Windows over event time that were forgotten begin anew, and so does their watermark. */
@Timeout(60)
class ForgottenWindowsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger committed = new AtomicInteger();
    private final Topic topic = Topic.create("forgotten-windows", 1);

    @TempDir
    private Path directory;

    /** Counts the seconds of a topic by tens of them; what is below zero is in no window. */
    private StreamingContext start() {
        StreamingContext context = StreamingContext.builder("forgotten")
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
        EventTimeDStream<String, Long, Long> counts = context.receive(
                        "topic-direct", Map.of("topic", "forgotten-windows"))
                .mapToPair(view -> Pair.of("all", Long.parseLong(view.valueUtf8())))
                .reduceByKeyAndEventTime(
                        StateSpec.named("windows", Codecs.STRING, Codecs.LONG),
                        EventTime.tumbling(Duration.ofSeconds(10), Instant::ofEpochSecond),
                        second -> 1L,
                        Long::sum);
        counts.foreachBatch(
                "out",
                batch -> batch.forEach(pair -> seen.add(pair.value().start().getEpochSecond() + "="
                        + pair.value().value())));
        counts.lateRecords().foreachBatch("late", batch -> batch.forEach(pair -> seen.add(pair.value() + " is late")));
        context.start();
        return context;
    }

    private void batch(long... seconds) {
        for (long second : seconds) {
            topic.add(0, Long.toString(second));
        }
        int before = committed.get();
        clock.advance(INTERVAL);
        await().atMost(SOON).until(() -> committed.get() > before);
    }

    private void run(long[]... batches) {
        try (StreamingContext context = start()) {
            for (long[] seconds : batches) {
                batch(seconds);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    @Test
    void theyBeginAnew() {
        run(new long[] {1}, new long[] {25}, new long[] {26});
        assertThat(seen).containsExactly("0=1");
        try (CheckpointEditor editor = CheckpointEditor.open(directory.toUri(), Map.of(), null, false)) {
            editor.forgetStates(List.of("windows"));
        }
        seen.clear();
        run(new long[] {1}, new long[] {12}, new long[] {13});
        assertThat(seen).containsExactly("0=1");
    }
}
