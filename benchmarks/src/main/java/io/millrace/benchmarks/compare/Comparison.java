// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import io.millrace.benchmarks.workload.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The results of several rounds, in each of which every contender ran once. Ratios are taken within a round, where the
 * machine was the same for both, and then their median.
 *
 * @param workload what was run
 * @param records on how many records
 * @param machine where and with what
 * @param results by contender, a measurement for each round
 */
record Comparison(Workload workload, long records, String machine, Map<Contender, List<Measurement>> results) {
    /** Returns the median of a figure over the rounds. */
    double median(Contender contender, ToDoubleFunction<Measurement> figure) {
        return median(of(contender).stream().mapToDouble(figure).sorted().toArray());
    }

    /** Returns the smallest of a figure over the rounds. */
    double least(Contender contender, ToDoubleFunction<Measurement> figure) {
        return of(contender).stream().mapToDouble(figure).min().orElseThrow();
    }

    /** Returns the largest of a figure over the rounds. */
    double most(Contender contender, ToDoubleFunction<Measurement> figure) {
        return of(contender).stream().mapToDouble(figure).max().orElseThrow();
    }

    /** Returns the contender of a kind with the best median throughput, if one took part. */
    Optional<Contender> best(Contender.Kind kind) {
        return results.keySet().stream()
                .filter(contender -> contender.kind() == kind)
                .max(Comparator.comparingDouble(contender -> median(contender, Measurement::throughput)));
    }

    /** Returns the median, over the rounds, of a contender's figure divided by a baseline's. */
    double ratio(Contender contender, Contender baseline, ToDoubleFunction<Measurement> figure) {
        List<Measurement> ours = of(contender);
        List<Measurement> theirs = of(baseline);
        return median(IntStream.range(0, ours.size())
                .mapToDouble(round -> figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(theirs.get(round)))
                .sorted()
                .toArray());
    }

    private List<Measurement> of(Contender contender) {
        List<Measurement> rounds = results.get(contender);
        if (rounds == null || rounds.isEmpty()) {
            throw new IllegalArgumentException("there is no result of " + contender);
        }
        return rounds;
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
