// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What claims to happen further ahead of its batch than can be does not move event time. An event is a second, counted from
 * when the test begins, and counted by tens of them.
 */
@Timeout(60)
class EventsAheadTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final long BEGIN = Instant.parse("2026-03-01T12:00:00Z").getEpochSecond();
    private static final long DAY = 86_400;
    private static final EventTime<Long> TIME =
            EventTime.tumbling(Duration.ofSeconds(10), second -> Instant.ofEpochSecond(BEGIN + second));

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(BEGIN));
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();
    private final AtomicInteger committed = new AtomicInteger();
    private final Topic topic = Topic.create("events-ahead", 2);

    @TempDir
    private Path directory;

    private StreamingContext start(EventTime<Long> time, boolean compared, boolean fails) {
        StreamingContext context = StreamingContext.builder("ahead")
                .batchInterval(INTERVAL)
                .checkpoint(directory)
                .clock(clock)
                .set("events.ahead-are-late", Boolean.toString(compared))
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        committed.incrementAndGet();
                    }

                    @Override
                    public void onConditionChanged(ConditionChanged event) {
                        conditions.add(event);
                    }
                })
                .build();
        EventTimeDStream<String, Long, Long> counts = context.receive("topic-direct", Map.of("topic", "events-ahead"))
                .mapToPair(view -> Pair.of("all", Long.parseLong(view.valueUtf8())))
                .reduceByKeyAndEventTime(
                        StateSpec.named("windows", Codecs.STRING, Codecs.LONG), time, second -> 1L, Long::sum);
        counts.foreachBatch("out", batch -> {
            batch.forEach(pair -> seen.add(pair.value().start().getEpochSecond() - BEGIN + "="
                    + pair.value().value()));
            if (fails) {
                throw new IllegalStateException("not yet");
            }
        });
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

    private void run(EventTime<Long> time, boolean compared, long[]... batches) {
        try (StreamingContext context = start(time, compared, false)) {
            for (long[] seconds : batches) {
                batch(seconds);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    private static long[] of(long... seconds) {
        return seconds;
    }

    @Test
    void oneEventOfTomorrowDoesNotMakeThoseOfTodayLate() {
        run(TIME, true, of(1), of(DAY), of(2), of(12), of(13));
        assertThat(seen).containsExactly(DAY + " is late", "0=2");
    }

    @Test
    void anHourIsAllowedUnlessAnotherTimeIsSet() {
        run(TIME, true, of(1), of(3_600), of());
        assertThat(seen).containsExactly("0=1");
        seen.clear();
        run(TIME.maxAhead(Duration.ofDays(1)), true, of(80_000), of());
        assertThat(seen).containsExactly("3600=1");
    }

    @Test
    void aClockOfItsOwnIsNotComparedWith() {
        run(TIME, false, of(1), of(DAY), of(2), of());
        assertThat(seen).containsExactly("0=1", "2 is late");
        assertThat(conditions).isEmpty();
    }

    @Test
    void theyAreCountedApartAsAConditionThatEndsWhenNoneHasComeForAMinute() {
        try (StreamingContext context = start(TIME, true, false)) {
            batch(1);
            assertThat(conditions).isEmpty();
            batch(DAY, DAY + 1);
            batch(DAY + 2);
            await().atMost(SOON).until(() -> !conditions.isEmpty());
            for (int second = 0; second < 61; second++) {
                batch();
            }
            await().atMost(SOON).until(() -> conditions.size() >= 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(conditions).hasSize(2).allSatisfy(condition -> {
            assertThat(condition.condition()).isEqualTo("events-ahead");
            assertThat(condition.subject()).isEqualTo("state 'windows'");
        });
        assertThat(conditions.get(0).message())
                .startsWith("2 elements for state 'windows'")
                .contains("maxAhead");
        assertThat(conditions.get(0).holds()).isTrue();
        assertThat(conditions.get(1).holds()).isFalse();
    }

    @Test
    void aWatermarkThatIsAheadInACheckpointIsTakenBack() {
        run(TIME, false, of(1), of(DAY), of(2)); // as it was before there was a limit
        assertThat(seen).containsExactly("0=1", "2 is late");
        seen.clear();
        for (long second : of(3, 14, 25, 26)) { // nothing that is stored brings it back
            run(TIME, true, of(second));
        }
        assertThat(seen).containsExactly("0=1", "10=1");
    }

    /** The partition that is honest and behind is what is left. */
    @Test
    void aPartitionThatIsAheadInACheckpointIsForgotten() {
        topic.add(1, "5");
        run(TIME, false, of(DAY), of()); // 5
        run(TIME, true, of(3), of(14), of());
        assertThat(seen).isEmpty();
        topic.add(1, "11");
        run(TIME, true, of(15), of());
        assertThat(seen).containsExactly("0=2");
    }

    /** It is by the time of the plan: after a downtime, and whatever time it is when the batch runs again. */
    @Test
    void aBatchThatRunsAgainJudgesAsItDid() {
        run(TIME, true, of(1));
        topic.add(0, "3605"); // more than an hour ahead of the batch at 2, for which it is planned
        try (StreamingContext context = start(TIME, true, true)) {
            clock.advance(INTERVAL);
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("not yet");
        }
        seen.clear();
        clock.advance(Duration.ofHours(2));
        topic.add(0, "7000"); // an hour ago
        run(TIME, true, of(7_001), of());
        assertThat(seen).contains("3605 is late").doesNotContain("7000 is late");
    }
}
