// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.WindowedValue;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamProgram;
import io.millrace.testkit.stream.StreamResults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Event time goes on from one version of a program to the next. An event is a key and a second. */
class EventTimeUpgradeTest {
    private static final EventTime<Long> TIME = EventTime.<Long>tumbling(Duration.ofSeconds(10), Instant::ofEpochSecond)
            .idleAfter(Duration.ofSeconds(3));

    private static StreamProgram windows(StateSpec<String, Long> state) {
        return in -> {
            EventTimeDStream<String, Long, Long> counts = in.pairs("in", Codecs.STRING, Codecs.LONG)
                    .reduceByKeyAndEventTime(state, TIME, second -> 1L, Long::sum);
            in.collect("counts", counts);
            in.collect("late", counts.lateRecords());
        };
    }

    private static StateSpec<String, Long> state(String name) {
        return StateSpec.named(name, Codecs.STRING, Codecs.LONG);
    }

    private static Pair<String, WindowedValue<Long>> window(String key, long start, long count) {
        return Pair.of(
                key, new WindowedValue<>(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + 10), count));
    }

    @Test
    void aRenamedStateKeepsItsWatermark() {
        StreamResults results = StreamHarness.of(windows(state("windows")))
                .upgradeBefore(2, windows(state("counts").formerly("windows")))
                .upgradeBefore(4, windows(state("totals").formerly("counts", "windows")))
                .batches(
                        "in",
                        List.of(Pair.of("a", 1L)),
                        List.of(Pair.of("a", 25L)), // 25
                        List.of(Pair.of("a", 5L)), // with the second version, and late
                        List.of(Pair.of("a", 41L)), // 41
                        List.of(Pair.of("a", 19L)), // with the third
                        List.of())
                .partitions(1)
                .inAllModes()
                .run();
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(window("a", 0, 1)),
                        List.of(),
                        List.of(window("a", 20, 1)),
                        List.of());
        results.assertOutput("late")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(Pair.of("a", 5L)),
                        List.of(),
                        List.of(Pair.of("a", 19L)),
                        List.of());
    }

    /** Of two events in a batch each is in a partition of its own; one alone is in the second. */
    @Test
    void aRenamedStateKeepsThePartitionsThatHoldItBack() {
        StreamResults results = StreamHarness.of(windows(state("windows")))
                .upgradeBefore(1, windows(state("counts").formerly("windows")))
                .batches(
                        "in",
                        List.of(Pair.of("a", 1L), Pair.of("b", 25L)), // 1
                        List.of(Pair.of("b", 26L)), // 1, by the partition that has nothing now
                        List.of(Pair.of("a", 2L), Pair.of("b", 27L)), // in time; 2
                        List.of(Pair.of("a", 31L), Pair.of("b", 32L)), // 31
                        List.of())
                .partitions(2)
                .inAllModes()
                .run();
        results.assertOutput("counts")
                .batches(List.of(), List.of(), List.of(), List.of(), List.of(window("a", 0, 2), window("b", 20, 3)));
        results.assertOutput("late").batches(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** What is under a name that nobody has any more does not hold a state that takes the name up again. */
    @Test
    void aNameThatIsTakenUpAgainGoesOnWhereItWas() {
        StreamResults results = StreamHarness.of(windows(state("windows")))
                .upgradeBefore(2, windows(state("counts").formerly("windows")))
                .upgradeBefore(3, windows(state("windows")))
                .batches(
                        "in",
                        List.of(Pair.of("a", 1L)),
                        List.of(Pair.of("a", 25L)), // 25
                        List.of(Pair.of("a", 95L)), // 95 for the second version
                        List.of(Pair.of("a", 5L)), // the first again, as it was: late
                        List.of(Pair.of("a", 26L)),
                        List.of())
                .set("start.accept-lost-state", "true") // the state is of before, the input of now
                .partitions(1)
                .inAllModes()
                .run();
        results.assertOutput("counts")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(window("a", 0, 1)),
                        List.of(window("a", 0, 1)),
                        List.of(),
                        List.of());
        results.assertOutput("late")
                .batches(List.of(), List.of(), List.of(), List.of(Pair.of("a", 5L)), List.of(), List.of());
    }
}
