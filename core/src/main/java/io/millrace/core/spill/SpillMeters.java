// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.state.StateStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/** What spilled states count and measure. */
final class SpillMeters {
    private final List<SpillTable> tables = new CopyOnWriteArrayList<>();
    private final Metrics.Counter hits;
    private final Metrics.Counter reads;
    private final Metrics.Counter misses;
    private final Metrics.Counter writes;

    SpillMeters(Metrics metrics, StateStore store) {
        hits = metrics.counter("millrace.state.hits");
        reads = metrics.counter("millrace.state.store.reads");
        misses = metrics.counter("millrace.state.store.misses");
        writes = metrics.counter("millrace.state.store.writes");
        metrics.gauge("millrace.state.memory", this, meters -> meters.sum(SpillTable::bytes));
        metrics.gauge("millrace.state.keys", this, meters -> meters.sum(SpillTable::keys));
        metrics.gauge("millrace.state.store.bytes", store, StateStore::bytes);
    }

    void add(SpillTable table) {
        tables.add(table);
    }

    private double sum(ToLongFunction<SpillTable> number) {
        return tables.stream().mapToLong(number).sum();
    }

    /** So many entries were in memory. */
    void hits(int entries) {
        hits.add(entries);
    }

    /** An entry was looked for in the store. */
    void looked(boolean found) {
        (found ? reads : misses).increment();
    }

    /** So many entries were written to the store. */
    void written(int entries) {
        writes.add(entries);
    }
}
