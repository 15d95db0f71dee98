// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.measure.Result;
import io.millrace.benchmarks.workload.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final Map<Contender, List<Measurement>> results = new LinkedHashMap<>();
    private final Comparison comparison = new Comparison(Workload.EVENTS, 1_000, "a machine", results);

    @Test
    void theMeasureIsTheBareLoopWithTheBestMedian() {
        results.put(Contender.BARE_1, seconds(2, 2, 2));
        results.put(Contender.BARE_2, seconds(1, 1, 9));
        results.put(Contender.BARE_SLICES_1, seconds(0.5, 0.5, 0.5));

        assertThat(comparison.best(Contender.Kind.BARE_STRINGS)).contains(Contender.BARE_2);
        assertThat(comparison.best(Contender.Kind.BARE_SLICES)).contains(Contender.BARE_SLICES_1);
        assertThat(comparison.best(Contender.Kind.ENGINE)).isEmpty();
    }

    @Test
    void ratiosAreTakenWithinARound() {
        results.put(Contender.BARE_1, seconds(1, 2, 4));
        results.put(Contender.BARE_2, seconds(2, 4, 8));

        assertThat(comparison.ratio(Contender.BARE_2, Contender.BARE_1, Measurement::throughput))
                .isEqualTo(0.5);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        results.put(Contender.BARE_1, seconds(1, 2, 3, 100));

        assertThat(comparison.median(Contender.BARE_1, run -> run.result().seconds()))
                .isEqualTo(2.5);
    }

    @Test
    void theTableSetsEveryContenderAgainstTheBestBareLoop() {
        results.put(Contender.BARE_1, seconds(2));
        results.put(Contender.BARE_2, seconds(1));

        String table = new ComparisonTable(comparison).markdown();

        assertThat(table).contains("*events*, 1,000 records, medians of 1 rounds");
        assertThat(table.lines().filter(line -> line.startsWith("| bare-1 ")).findFirst())
                .hasValueSatisfying(
                        line -> assertThat(line.split(" *\\| *", -1)).contains("500 (500–500)", "0.50", "–"));
    }

    private static List<Measurement> seconds(double... seconds) {
        return DoubleStream.of(seconds)
                .mapToObj(value -> new Measurement(new Result(1_000, value, value, 0.5, 1_024, 2_048, 0), 0.1))
                .toList();
    }
}
