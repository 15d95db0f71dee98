// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.listener;

import static java.util.Objects.requireNonNull;

import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reports, after every so many batches, how their delays were distributed, as Spark Streaming's listener of the same name
 * does after every batch.
 *
 * <pre>
 * 10 batches up to 2026-05-01T12:00:10Z, 20000 records
 *                     min      5%     25%     50%     75%     90%     95%     max
 * scheduling delay    0ms     0ms     0ms     1ms     1ms     1ms     2ms     2ms
 * processing delay    3ms     3ms     4ms     4ms     5ms     7ms     9ms     9ms
 * total delay         3ms     3ms     4ms     5ms     6ms     8ms    11ms    11ms
 * </pre>
 *
 * @since 0.1
 */
public final class StatsReportListener implements StreamingListener {
    private static final double[] QUANTILES = {0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 1};
    private static final String HEAD = String.format(
            Locale.ROOT, "%-16s%8s%8s%8s%8s%8s%8s%8s%8s", "", "min", "5%", "25%", "50%", "75%", "90%", "95%", "max");

    private final int every;
    private final Consumer<String> out;
    private final List<BatchInfo> batches = new ArrayList<>();

    /**
     * Makes a listener.
     *
     * @param every how many batches are summed up in one report
     * @param out takes each report, several lines without a line end, on the listener's thread
     */
    public StatsReportListener(int every, Consumer<String> out) {
        if (every < 1) {
            throw new IllegalArgumentException("a report every " + every + " batches: give at least 1");
        }
        this.every = every;
        this.out = requireNonNull(out, "out is null");
    }

    /** A report every ten batches. */
    public StatsReportListener(Consumer<String> out) {
        this(10, out);
    }

    @Override
    public void onBatchCompleted(BatchCompleted event) {
        batches.add(event.batch());
        if (batches.size() == every) {
            out.accept(report());
            batches.clear();
        }
    }

    private String report() {
        BatchInfo last = batches.get(batches.size() - 1);
        long records = batches.stream().mapToLong(BatchInfo::records).sum();
        return batches.size() + " batches up to " + last.batchTime() + ", " + records + " records\n"
                + String.join(
                        "\n",
                        HEAD,
                        line("scheduling delay", BatchInfo::schedulingDelay),
                        line("processing delay", BatchInfo::processingDelay),
                        line("total delay", BatchInfo::totalDelay));
    }

    private String line(String name, Function<BatchInfo, Optional<Duration>> delay) {
        List<Duration> sorted = new ArrayList<>(
                batches.stream().map(delay).flatMap(Optional::stream).toList());
        Collections.sort(sorted);
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-16s", name));
        for (double quantile : QUANTILES) {
            line.append(String.format(Locale.ROOT, "%8s", sorted.isEmpty() ? "-" : text(at(quantile, sorted))));
        }
        return line.toString();
    }

    private static Duration at(double quantile, List<Duration> sorted) {
        int rank = (int) Math.ceil(quantile * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }

    private static String text(Duration delay) {
        return delay.toMillis() < 10_000 ? delay.toMillis() + "ms" : delay.toSeconds() + "s";
    }
}
