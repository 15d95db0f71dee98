// SPDX-License-Identifier: Apache-2.0
package io.millrace.sketches;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SketchesTest {
    @Test
    void distinctValuesOfABatchAndNoneOfAnEmptyOne() {
        StreamHarness.of(
                        "visitors",
                        in -> Sketches.distinct(in.input("visits", Codecs.STRING), Codecs.STRING)
                                .map(sketch -> Math.round(sketch.estimate())))
                .batches("visits", List.of("a", "b", "a", "c", "c"), List.of(), List.of("a"))
                .inAllModes()
                .run()
                .assertOutput("visitors")
                .batches(List.of(3L), List.of(), List.of(1L));
    }

    @Test
    void distinctValuesOfEachKeyAreKeptThroughRestartsAndKills() {
        StreamHarness.of(
                        "visitors",
                        in -> Sketches.distinctByKey(
                                        in.input("visits", Codecs.STRING)
                                                .mapToPair(visit -> Pair.of(visit.substring(0, 1), visit.substring(1))),
                                        Codecs.STRING)
                                .runningReduce("visitors", Codecs.STRING, DistinctSketch.codec(), DistinctSketch::union)
                                .mapValues(sketch -> Math.round(sketch.estimate())))
                .batches("visits", List.of("x1", "x2", "y1"), List.of("x2", "x3"), List.of("y1", "x1"))
                .inAllModes()
                .run()
                .assertOutput("visitors")
                .batches(
                        List.of(Pair.of("x", 2L), Pair.of("y", 1L)),
                        List.of(Pair.of("x", 3L)),
                        List.of(Pair.of("x", 3L), Pair.of("y", 1L)));
    }

    @Test
    void quantilesOfEachKeyOverAWindow() {
        StreamHarness.of(
                        "medians",
                        in -> Sketches.quantilesByKey(
                                        in.input("times", Codecs.LONG).mapToPair(time -> Pair.of("all", (double) time)))
                                .reduceByKeyAndWindow(
                                        StateSpec.named("times", Codecs.STRING, QuantilesSketch.codec()),
                                        Window.of(Duration.ofSeconds(2), Duration.ofSeconds(1)),
                                        QuantilesSketch::merge)
                                .mapValues(sketch -> sketch.quantile(0.5)))
                .batches("times", List.of(1L, 2L, 3L), List.of(10L, 11L, 12L, 13L), List.of(100L))
                .inAllModes()
                .run()
                .assertOutput("medians")
                .batches(List.of(Pair.of("all", 2.0)), List.of(Pair.of("all", 10.0)), List.of(Pair.of("all", 12.0)));
    }

    @Test
    void quantilesOfABatch() {
        StreamHarness.of(
                        "highest",
                        in -> Sketches.quantiles(in.input("times", Codecs.LONG).map(Long::doubleValue))
                                .map(QuantilesSketch::max))
                .batches("times", List.of(1L, 5L, 3L), List.of())
                .inAllModes()
                .run()
                .assertOutput("highest")
                .batches(List.of(5.0), List.of());
    }
}
