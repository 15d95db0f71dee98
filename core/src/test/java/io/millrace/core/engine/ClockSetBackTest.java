// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.ClockSetBack;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Batch times only grow: a clock that was set back is waited for, and somebody is told. */
class ClockSetBackTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    private final List<Instant> committed = new CopyOnWriteArrayList<>();
    private final List<ClockSetBack> reports = new CopyOnWriteArrayList<>();

    @Test
    void aClockSetBackIsReportedOnceAndWaitedFor() {
        Topic.create("clock", 1);
        try (StreamingContext context = StreamingContext.builder("clock")
                .batchInterval(SECOND)
                .clock(clock)
                .listener(new Watch())
                .build()) {
            context.receive("topic-direct", Map.of("topic", "clock"))
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            advanceUntilCommitted(Instant.ofEpochSecond(1_001));

            clock.setTime(Instant.ofEpochSecond(991)); // ten intervals back
            for (int second = 0; second < 10; second++) {
                clock.advance(SECOND);
            }
            await().atMost(DEADLINE).until(() -> !reports.isEmpty());
            advanceUntilCommitted(Instant.ofEpochSecond(1_002));

            assertThat(reports).singleElement().satisfies(report -> {
                assertThat(report.lastBatchTime()).isEqualTo(Instant.ofEpochSecond(1_001));
                assertThat(report.behind()).isEqualTo(Duration.ofSeconds(9));
            });
            assertThat(committed).containsExactly(Instant.ofEpochSecond(1_001), Instant.ofEpochSecond(1_002));
        }
    }

    @Test
    void aClockThatIsBehindByAnIntervalOrLessIsNotWorthAWord() {
        Topic.create("clock-a-little", 1);
        try (StreamingContext context = StreamingContext.builder("clock")
                .batchInterval(SECOND)
                .clock(clock)
                .listener(new Watch())
                .build()) {
            context.receive("topic-direct", Map.of("topic", "clock-a-little"))
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            advanceUntilCommitted(Instant.ofEpochSecond(1_001));
            clock.setTime(Instant.ofEpochSecond(1_000));
            clock.advance(SECOND); // comes to 1001 again
            advanceUntilCommitted(Instant.ofEpochSecond(1_002));
        }
        assertThat(reports).isEmpty();
    }

    private void advanceUntilCommitted(Instant batch) {
        clock.advance(SECOND);
        await().atMost(DEADLINE).until(() -> committed.contains(batch));
    }

    private final class Watch implements StreamingListener {
        @Override
        public void onBatchCommitted(BatchCommitted event) {
            committed.add(event.batchTime());
        }

        @Override
        public void onClockSetBack(ClockSetBack event) {
            reports.add(event);
        }
    }
}
