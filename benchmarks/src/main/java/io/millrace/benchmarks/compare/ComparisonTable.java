// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import io.millrace.benchmarks.compare.Contender.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A comparison as a Markdown table whose columns also line up as plain text. */
final class ComparisonTable {
    private static final List<String> HEADER = List.of(
            "system",
            "records/s (least–most)",
            "CPU µs/record",
            "× best bare",
            "CPU ×",
            "× best bare slices",
            "CPU ×",
            "start-up s",
            "RSS at start-up MB",
            "peak RSS MB",
            "others' CPU %");

    private final Comparison comparison;

    ComparisonTable(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Returns the table with a heading that says what was measured and where. */
    String markdown() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (Contender contender : comparison.results().keySet()) {
            rows.add(row(contender));
        }
        int[] widths = IntStream.range(0, HEADER.size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        int rounds = comparison.results().values().iterator().next().size();
        text.append(String.format(
                Locale.ROOT,
                "*%s*, %,d records, medians of %d rounds in turns; ratios are medians of the ratios within a round. %s\n\n",
                comparison.workload(),
                comparison.records(),
                rounds,
                comparison.machine()));
        text.append(line(rows.get(0), widths));
        text.append(line(IntStream.of(widths).mapToObj("-"::repeat).toList(), widths));
        rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private List<String> row(Contender contender) {
        Optional<Contender> strings = comparison.best(Kind.BARE_STRINGS);
        Optional<Contender> slices = comparison.best(Kind.BARE_SLICES);
        return List.of(
                contender.toString(),
                String.format(
                        Locale.ROOT,
                        "%,.0f (%,.0f–%,.0f)",
                        comparison.median(contender, Measurement::throughput),
                        comparison.least(contender, Measurement::throughput),
                        comparison.most(contender, Measurement::throughput)),
                decimals(comparison.median(contender, Measurement::cpuMicrosPerRecord)),
                ratio(contender, strings, Measurement::throughput),
                ratio(contender, strings, Measurement::cpuMicrosPerRecord),
                ratio(contender, slices, Measurement::throughput),
                ratio(contender, slices, Measurement::cpuMicrosPerRecord),
                decimals(comparison.median(contender, run -> run.result().startupSeconds())),
                megabytes(comparison.median(contender, run -> run.result().startupRssKb())),
                megabytes(comparison.median(contender, run -> run.result().peakRssKb())),
                String.format(Locale.ROOT, "%.0f", 100 * comparison.median(contender, Measurement::othersShare)));
    }

    private String ratio(Contender contender, Optional<Contender> baseline, ToDoubleFunction<Measurement> figure) {
        return baseline.map(best -> decimals(comparison.ratio(contender, best, figure)))
                .orElse("–");
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String megabytes(double kilobytes) {
        return String.format(Locale.ROOT, "%.0f", kilobytes / 1024);
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> cells.get(column)
                        + " ".repeat(widths[column] - cells.get(column).length()))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
