// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import java.util.List;
import java.util.Locale;

/** What throughput is measured against. */
enum GrowthAxis {
    /** Processors and task threads. */
    CORES("cores", "cores", 2, List.of(1L, 2L)),
    /** Partitions of the source, each a task of every batch. */
    PARTITIONS("partitions", "partitions", 4, List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L)),
    /** Keys in the running totals. */
    KEYS("keys", "keys", 1_000, List.of(1_000L, 10_000L, 100_000L, 1_000_000L, 10_000_000L)),
    /** The batch interval. */
    INTERVAL("interval-millis", "batch interval, ms", 100, List.of(5L, 20L, 100L, 500L, 1_000L, 2_000L, 10_000L));

    private final String property;
    private final String label;
    private final long usual;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Long> points;

    GrowthAxis(String property, String label, long usual, List<Long> points) {
        this.property = property;
        this.label = label;
        this.usual = usual;
        this.points = points;
    }

    /** What a run is told it by. */
    String property() {
        return property;
    }

    /** What a reader is told it is. */
    String label() {
        return label;
    }

    /** Its value while another axis is varied. */
    long usual() {
        return usual;
    }

    /** The values that it takes. */
    List<Long> points() {
        return points;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
