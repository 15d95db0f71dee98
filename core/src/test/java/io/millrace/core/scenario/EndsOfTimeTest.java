// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.AsyncCalls;
import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Durations and moments as far away as there are: a limit may be for ever, and no time wraps around. */
class EndsOfTimeTest {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final long FIRST = Long.MIN_VALUE;
    private static final long LAST = Long.MAX_VALUE;
    private static final StateSpec<String, Long> STATE = StateSpec.named("windows", Codecs.STRING, Codecs.LONG);

    /** Durations of which somebody may think as for ever. */
    static List<Duration> forever() {
        return List.of(Duration.ofMillis(LAST), Duration.ofNanos(LAST), FOREVER);
    }

    /** Shows windows as {@code key start..end=count}, of events that are keys and milliseconds. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static StreamResults run(EventTime<Long> time, List<Pair<String, Long>>... batches) {
        return StreamHarness.of(in -> {
                    EventTimeDStream<String, Long, Long> counts = in.pairs("events", Codecs.STRING, Codecs.LONG)
                            .reduceByKeyAndEventTime(STATE, time, at -> 1L, Long::sum);
                    in.collect(
                            "counts",
                            counts.map(pair -> pair.key() + " "
                                    + pair.value().start().toEpochMilli() + ".."
                                    + pair.value().end().toEpochMilli() + "="
                                    + pair.value().value()));
                    in.collect("late", counts.lateRecords());
                })
                .batches("events", List.of(batches))
                .partitions(1)
                .inAllModes()
                .run();
    }

    private static List<Pair<String, Long>> events(long... millis) {
        return Arrays.stream(millis).mapToObj(at -> Pair.of("a", at)).toList();
    }

    @Test
    void anEventAtTheBeginningOfTimeMakesNothingLate() {
        StreamResults results = run(
                EventTime.<Long>tumbling(Duration.ofMillis(10), Instant::ofEpochMilli)
                        .outOfOrder(Duration.ofMillis(500)),
                events(FIRST, FIRST + 3, FIRST + 12),
                events(1_000, 1_001), // nothing is reached yet
                events(600), // 501
                events());
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(
                                "a " + FIRST + "..-9223372036854775800=2",
                                "a -9223372036854775800..-9223372036854775790=1"),
                        List.of());
        results.assertOutput("late").batches(List.of(), List.of(), List.of(), List.of());
    }

    @Test
    void aWindowThatEndsAfterTheEndOfTimeIsNeverSeen() {
        StreamResults results = run(
                EventTime.<Long>sliding(Duration.ofMillis(10), Duration.ofMillis(5), Instant::ofEpochMilli),
                events(LAST, LAST - 20),
                events(LAST - 1),
                events(7));
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(
                                "a 9223372036854775780..9223372036854775790=1",
                                "a 9223372036854775785..9223372036854775795=1"),
                        List.of());
        results.assertOutput("late").batches(List.of(), List.of(), events(7));
    }

    @Test
    void sessionsAtTheEndsOfTime() {
        StreamResults results = run(
                EventTime.session(Duration.ofMillis(10), Instant::ofEpochMilli),
                events(FIRST, FIRST + 9),
                events(LAST - 4, LAST),
                events());
        results.assertOutput("counts")
                .batches(List.of(), List.of(), List.of("a " + (FIRST + 1) + ".." + (FIRST + 19) + "=2"));
    }

    @Test
    void aTimestampThatIsNoNumberOfMillisecondsIsTheFirstOrTheLast() {
        run(
                        EventTime.tumbling(
                                Duration.ofMillis(10),
                                (Long at) -> at == 0 ? Instant.MIN : at == 1 ? Instant.MAX : Instant.ofEpochMilli(at)),
                        events(0),
                        events(12),
                        events(1),
                        events())
                .assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of("a " + FIRST + "..-9223372036854775800=1"),
                        List.of("a 10..20=1"));
    }

    @ParameterizedTest
    @MethodSource("forever")
    void latenessDisorderAndIdlenessMayBeForEver(Duration forever) {
        EventTime<Long> time = EventTime.tumbling(Duration.ofMillis(10), Instant::ofEpochMilli);
        StreamResults late = run(time.allowedLateness(forever).idleAfter(forever), events(1), events(12), events(3));
        late.assertOutput("counts").batches(List.of(), List.of(), List.of("a 0..10=2"));
        late.assertOutput("late").batches(List.of(), List.of(), List.of());
        run(time.outOfOrder(forever), events(1), events(12), events(99))
                .assertOutput("counts")
                .batches(List.of(), List.of(), List.of());
    }

    @ParameterizedTest
    @MethodSource("forever")
    void aKeyMayHaveForEver(Duration forever) {
        StateSpec<String, Long> spec =
                StateSpec.named("held", Codecs.STRING, Codecs.LONG).timeout(forever);
        StreamHarness.of(
                        "held",
                        in -> in.pairs("in", Codecs.STRING, Codecs.LONG)
                                .mapWithState(spec, (time, key, value, state) -> {
                                    if (state.isTimingOut()) {
                                        return Optional.of("gone");
                                    }
                                    state.update(state.find().orElse(0L) + value.orElse(0L));
                                    return Optional.of(key + state.get());
                                }))
                .batches("in", List.of(Pair.of("a", 1L)), List.of(), List.of(Pair.of("a", 1L)), List.of())
                .inAllModes()
                .run()
                .assertOutput("held")
                .batches(List.of("a1"), List.of(), List.of("a2"), List.of());
    }

    @Test
    void aKeyTimesOutThoughLessThanAMillisecondIsGiven() {
        StateSpec<String, Long> spec =
                StateSpec.named("held", Codecs.STRING, Codecs.LONG).timeout(Duration.ofNanos(1));
        StreamHarness.of(
                        "held",
                        in -> in.pairs("in", Codecs.STRING, Codecs.LONG)
                                .mapWithState(spec, (time, key, value, state) -> {
                                    value.ifPresent(state::update);
                                    return Optional.of(state.isTimingOut());
                                }))
                .batches("in", List.of(Pair.of("a", 1L)), List.of())
                .run()
                .assertOutput("held")
                .batches(List.of(false), List.of(true));
    }

    @Test
    void theLongestWindowHasAll() {
        StreamHarness.of(
                        "all",
                        in -> in.input("n", Codecs.INT)
                                .window(
                                        "all",
                                        Codecs.INT,
                                        Window.of(Duration.ofDays(365_250_000), Duration.ofSeconds(1))))
                .batches("n", List.of(1), List.of(), List.of(2))
                .inAllModes()
                .run()
                .assertOutput("all")
                .batches(List.of(1), List.of(1), List.of(1, 2));
    }

    @ParameterizedTest
    @MethodSource("forever")
    void aLengthThatIsForEverIsRefused(Duration forever) {
        if (forever.compareTo(Duration.ofDays(365_250_000)) > 0) {
            assertRefused(() -> Window.of(forever), "a window of " + forever);
            assertRefused(() -> Window.of(Duration.ofSeconds(1), forever), "a window that slides by " + forever);
            assertRefused(() -> EventTime.<Long>tumbling(forever, Instant::ofEpochMilli), "the length " + forever);
            assertRefused(() -> EventTime.<Long>session(forever, Instant::ofEpochMilli), "the gap " + forever);
        }
        assertRefused(
                () -> EventTime.<Long>sliding(Duration.ofNanos(1_500_000), Duration.ofMillis(1), Instant::ofEpochMilli),
                "the length PT0.0015S: give whole milliseconds");
        assertThatThrownBy(() -> StreamingContext.builder("forever").batchInterval(forever))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("batch interval " + forever + " is not usable")
                .hasMessageContaining("at most 365 days");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("forever")
    void waitingForEverIsWaiting(Duration forever) throws Exception {
        Numbers numbers = Numbers.every(Duration.ofMillis(1)).until(10);
        CompletableFuture<Instant> seen = new CompletableFuture<>();
        StreamingContext context = StreamingContext.builder("forever")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(URI.create("mem:/"))
                .build();
        try (context) {
            DStream<Long> numbered = context.receive(numbers.source())
                    .mapAsync(AsyncCalls.atMost(2).timeout(forever), CompletableFuture::completedFuture);
            numbered.remember(forever);
            numbered.foreachBatch("out", OutputPolicy.stop().retry(2, forever), batch -> {
                if (batch.count() > 0) {
                    seen.complete(batch.id().batchTime());
                }
            });
            context.start();
            seen.join();
            List<Batch<Long>> all = numbered.slice(Instant.MIN, Instant.MAX);
            assertThat(all).anyMatch(batch -> batch.id().batchTime().equals(seen.join()));
            assertThat(numbered.slice(Instant.MAX, Instant.MIN)).isEmpty();
            Thread stopping = new Thread(() -> context.stopGracefully(forever));
            stopping.start();
            assertThat(context.awaitTermination(forever)).isTrue();
            stopping.join();
        }
        assertThat(context.awaitTermination(Duration.ofSeconds(-1))).isTrue();
        assertThat(OutputPolicy.stop().retry(2, forever).pause(2)).isPositive();
    }

    @Test
    void aSettingThatIsForEverIsRefused() {
        assertThatThrownBy(() -> StreamingContext.builder("forever")
                        .batchInterval(Duration.ofSeconds(1))
                        .set("stop.deadline", "106751d")
                        .build())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("stop.deadline")
                .hasMessageContaining("give at most 36525d");
    }

    @ParameterizedTest
    @MethodSource("forever")
    void aTimerOfATestMayBeForEver(Duration forever) {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofSeconds(1));
        clock.schedule(forever, () -> {
            throw new AssertionError("for ever has passed");
        });
        clock.advance(Duration.ofDays(1));
        assertThat(clock.pending()).isOne();
        StreamHarness.of("out", in -> in.input("n", Codecs.INT))
                .batches("n", List.of(1), List.of())
                .patience(forever)
                .run()
                .assertOutput("out")
                .batches(List.of(1), List.of());
    }
}
