// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.WindowedValue;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Windows over event time of a stream that has a batch only every so often: it is these batches in which a window is seen,
 * and up to which event time has come. An event is a key and a second; what is counted is how many.
 */
class EventTimeOverWindowsTest {
    private static final Codec<Pair<String, Long>> EVENTS = Codecs.pair(Codecs.STRING, Codecs.LONG);
    private static final StateSpec<String, Long> STATE = StateSpec.named("windows", Codecs.STRING, Codecs.LONG);
    private static final EventTime<Long> TUMBLING = EventTime.tumbling(Duration.ofSeconds(10), Instant::ofEpochSecond);

    private static Pair<String, WindowedValue<Long>> window(String key, long start, long end, long count) {
        return Pair.of(key, new WindowedValue<>(Instant.ofEpochSecond(start), Instant.ofEpochSecond(end), count));
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
    private static StreamResults run(Window window, EventTime<Long> time, List<Pair<String, Long>>... batches) {
        return StreamHarness.of(in -> {
                    PairDStream<String, Long> sliding =
                            in.pairs("events", Codecs.STRING, Codecs.LONG).window("buffer", EVENTS, window);
                    EventTimeDStream<String, Long, Long> counts =
                            sliding.reduceByKeyAndEventTime(STATE, time, second -> 1L, Long::sum);
                    in.collect("counts", counts);
                    in.collect("late", counts.lateRecords());
                    in.collect(
                            "totals",
                            counts.mapValues(WindowedValue::value)
                                    .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum));
                })
                .batches("events", List.of(batches))
                .partitions(1)
                .inAllModes()
                .run();
    }

    /** What an output gets that is called in every nth batch only, which shows as nothing in the others. */
    private static List<List<?>> every(int nth, List<?>... batches) {
        List<List<?>> all = new ArrayList<>();
        for (List<?> batch : batches) {
            all.addAll(Collections.nCopies(nth - 1, List.of()));
            all.add(batch);
        }
        return all;
    }

    @Test
    void aWindowIsSeenInTheNextBatchOfTheStream() {
        StreamResults results = run(
                Window.tumbling(Duration.ofSeconds(2)),
                TUMBLING,
                events("a", 1),
                events("a", 25), // from here on the watermark is 25
                events(),
                events("a", 26),
                events("a", 47),
                events(), // 47
                events(),
                events());
        results.assertOutput("counts")
                .batches(every(
                        2, List.of(), List.of(window("a", 0, 10, 1)), List.of(), List.of(window("a", 20, 30, 2))));
        results.assertOutput("totals")
                .batches(every(2, List.of(), List.of(Pair.of("a", 1L)), List.of(), List.of(Pair.of("a", 3L))));
        results.assertOutput("late").batches(every(2, List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void whatIsKeptForLatenessIsSeenAgainAndGivenUpInBatchesOfTheStream() {
        StreamResults results = run(
                Window.tumbling(Duration.ofSeconds(3)),
                TUMBLING.allowedLateness(Duration.ofSeconds(10)),
                events("a", 1, "x", 12),
                events(),
                events(), // 12
                events("a", 2),
                events("x", 25),
                events(), // 25: seen with what is late; then it is given up
                events("a", 3),
                events("x", 26),
                events());
        results.assertOutput("counts")
                .batches(every(3, List.of(), List.of(window("a", 0, 10, 2)), List.of(window("x", 10, 20, 1))));
        results.assertOutput("late").batches(every(3, List.of(), List.of(), events("a", 3)));
    }

    @Test
    void sessionsEndInBatchesOfTheStream() {
        run(
                        Window.of(Duration.ofSeconds(2), Duration.ofSeconds(2)),
                        EventTime.session(Duration.ofSeconds(5), Instant::ofEpochSecond),
                        events("a", 10),
                        events("a", 13, "z", 30),
                        events(),
                        events(),
                        events("z", 50),
                        events(),
                        events(),
                        events())
                .assertOutput("counts")
                .batches(every(
                        2, List.of(), List.of(window("a", 10, 18, 2)), List.of(), List.of(window("z", 30, 35, 1))));
    }

    /** A partition that has records in every batch of the stream is not idle, however far apart these are. */
    @Test
    void aStreamThatSlidesBySlowerThanAPartitionIsIdleKeepsItsWatermark() {
        StreamResults results = run(
                Window.tumbling(Duration.ofSeconds(4)),
                TUMBLING.idleAfter(Duration.ofSeconds(1)),
                events("a", 1),
                events("a", 25),
                events(),
                events(), // 25
                events("a", 5), // late
                events(),
                events(),
                events());
        results.assertOutput("counts").batches(every(4, List.of(), List.of(window("a", 0, 10, 1))));
        results.assertOutput("late").batches(every(4, List.of(), events("a", 5)));
    }
}
