// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.WindowedValue;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Windows over event time. An event is a key and a second; what is counted is how many. */
class EventTimeTest {
    private static final StateSpec<String, Long> STATE = StateSpec.named("windows", Codecs.STRING, Codecs.LONG);

    private static Instant second(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static Pair<String, WindowedValue<Long>> window(String key, long start, long end, long count) {
        return Pair.of(key, new WindowedValue<>(second(start), second(end), count));
    }

    private static List<Pair<String, Long>> events(Object... keysAndSeconds) {
        List<Pair<String, Long>> events = new ArrayList<>();
        for (int i = 0; i < keysAndSeconds.length; i += 2) {
            events.add(Pair.of((String) keysAndSeconds[i], ((Integer) keysAndSeconds[i + 1]).longValue()));
        }
        return events;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static StreamResults run(EventTime<Long> time, List<Pair<String, Long>>... batches) {
        return run(1, stream -> stream, time, batches);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static StreamResults run(
            int partitions,
            UnaryOperator<PairDStream<String, Long>> before,
            EventTime<Long> time,
            List<Pair<String, Long>>... batches) {
        return StreamHarness.of(in -> {
                    EventTimeDStream<String, Long, Long> counts = before.apply(
                                    in.pairs("events", Codecs.STRING, Codecs.LONG))
                            .reduceByKeyAndEventTime(STATE, time, second -> 1L, Long::sum);
                    in.collect("counts", counts);
                    in.collect("late", counts.lateRecords());
                })
                .batches("events", List.of(batches))
                .partitions(partitions)
                .inAllModes()
                .run();
    }

    @Test
    void aTumblingWindowIsSeenOnceTheWatermarkHasPassedItsEnd() {
        StreamResults results = run(
                EventTime.tumbling(Duration.ofSeconds(10), EventTimeTest::second),
                events("a", 1, "b", 2, "a", 9),
                events("a", 10, "a", 3), // the watermark is 9
                events("a", 19), // the watermark is 10: the first window is over
                events("b", 5, "c", 25), // 19: too late for the first
                events(), // 25
                events());
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(window("a", 0, 10, 3), window("b", 0, 10, 1)),
                        List.of(),
                        List.of(window("a", 10, 20, 2)),
                        List.of());
        results.assertOutput("late").batches(List.of(), List.of(), List.of(), events("b", 5), List.of(), List.of());
    }

    @Test
    void disorderHoldsTheWatermarkBackAndLatenessShowsAWindowAgain() {
        StreamResults results = run(
                EventTime.tumbling(Duration.ofSeconds(10), EventTimeTest::second)
                        .outOfOrder(Duration.ofSeconds(5))
                        .allowedLateness(Duration.ofSeconds(10)),
                events("a", 1, "a", 14), // then the watermark is 9
                events("a", 2), // in time
                events("x", 15), // 10
                events("a", 3), // late and allowed
                events("x", 25), // 20: the first window is given up
                events("a", 4),
                events());
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(window("a", 0, 10, 3)),
                        List.of(),
                        List.of(window("a", 10, 20, 1), window("x", 10, 20, 1)),
                        List.of());
        results.assertOutput("late")
                .batches(List.of(), List.of(), List.of(), List.of(), List.of(), events("a", 4), List.of());
    }

    @Test
    void aValueIsInSeveralSlidingWindows() {
        run(
                        EventTime.sliding(Duration.ofSeconds(10), Duration.ofSeconds(5), EventTimeTest::second),
                        events("a", 7, "a", 12),
                        events("a", 30),
                        events())
                .assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(window("a", 0, 10, 1)),
                        List.of(window("a", 5, 15, 2), window("a", 10, 20, 1)));
    }

    @Test
    void whatIsBetweenTwoWindowsIsInNoneAndNotLate() {
        StreamResults results = run(
                EventTime.sliding(Duration.ofSeconds(4), Duration.ofSeconds(10), EventTimeTest::second),
                events("a", 0, "a", 3, "a", 4, "a", 9, "a", 13), // 13
                events("a", 9, "a", 3), // one is in no window, the other is late
                events("x", 29), // in none, but it is 29 now
                events(),
                events("a", 13));
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(window("a", 0, 4, 2)),
                        List.of(),
                        List.of(window("a", 10, 14, 1)),
                        List.of());
        results.assertOutput("late").batches(List.of(), events("a", 3), List.of(), List.of(), events("a", 13));
    }

    @Test
    void sessionsGrowAndMerge() {
        StreamResults results = run(
                EventTime.session(Duration.ofSeconds(5), EventTimeTest::second).outOfOrder(Duration.ofSeconds(10)),
                events("a", 10, "a", 18, "b", 11),
                events("a", 14), // joins both
                events("z", 35), // then 25
                events(),
                events("b", 12)); // its session ended at 16
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(window("a", 10, 23, 3), window("b", 11, 16, 1)),
                        List.of());
        results.assertOutput("late").batches(List.of(), List.of(), List.of(), List.of(), events("b", 12));
    }

    /** Of two events in a batch each is in a partition of its own; one alone is in the second. */
    @Test
    void thePartitionThatIsFurthestBehindHoldsTheWatermarkUntilItIsIdle() {
        StreamResults results = run(
                2,
                stream -> stream,
                EventTime.tumbling(Duration.ofSeconds(10), EventTimeTest::second)
                        .idleAfter(Duration.ofSeconds(3)),
                events("a", 1, "b", 25), // 1
                events("a", 12, "b", 30), // 12
                events("b", 31), // the first partition has nothing any more
                events("b", 32),
                events("b", 33),
                events("b", 34), // for more than 3 s: 34
                events(),
                events("a", 13, "b", 35), // it is back, and late; 34 all the same
                events("b", 45),
                events());
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(window("a", 0, 10, 1)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(window("a", 10, 20, 1), window("b", 20, 30, 1)),
                        List.of(),
                        List.of(),
                        List.of());
        results.assertOutput("late").batch(7, Pair.of("a", 13L));
    }

    @Test
    void afterAnExchangeItsPartitionsStandForThoseOfTheSource() {
        run(
                        2,
                        stream -> stream.repartition(1),
                        EventTime.tumbling(Duration.ofSeconds(10), EventTimeTest::second),
                        events("a", 1, "b", 25),
                        events())
                .assertOutput("counts")
                .batches(List.of(), List.of(window("a", 0, 10, 1)));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> EventTime.tumbling(Duration.ZERO, EventTimeTest::second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length PT0S");
        assertThatThrownBy(() -> EventTime.session(Duration.ofSeconds(1), EventTimeTest::second)
                        .allowedLateness(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
