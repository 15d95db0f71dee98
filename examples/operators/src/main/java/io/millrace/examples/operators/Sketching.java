// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.sketches.DistinctSketch;
import io.millrace.sketches.QuantilesSketch;
import io.millrace.sketches.Sketches;
import java.time.Duration;

/** Sketches: answers that are nearly right and of a size that is known. */
public final class Sketching {
    private Sketching() {}

    /** About how many different visitors each page has had, ever. */
    public static PairDStream<String, Long> visitors(PairDStream<String, String> visitorsOfPages) {
        return Sketches.distinctByKey(visitorsOfPages, Codecs.STRING)
                .runningReduce("visitors", Codecs.STRING, DistinctSketch.codec(), DistinctSketch::union)
                .mapValues(sketch -> Math.round(sketch.estimate()));
    }

    /** What 99 of 100 answers of each service took at most, in the last minute. */
    public static PairDStream<String, Double> slowest(PairDStream<String, Double> millisOfServices) {
        return Sketches.quantilesByKey(millisOfServices)
                .reduceByKeyAndWindow(
                        StateSpec.named("slowest", Codecs.STRING, QuantilesSketch.codec()),
                        Window.of(Duration.ofMinutes(1)),
                        QuantilesSketch::merge)
                .mapValues(sketch -> sketch.quantile(0.99));
    }
}
