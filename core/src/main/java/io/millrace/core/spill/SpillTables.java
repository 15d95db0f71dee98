// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.codec.Codec;
import io.millrace.core.state.ChunkLog;
import io.millrace.core.state.StateTables;
import io.millrace.core.state.Timers;
import io.millrace.core.table.StateTable;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.state.StateStore;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Tables and timers that share a number of bytes of memory evenly, and a store for the rest. */
public final class SpillTables implements StateTables {
    private final StateStore store;
    private final long memory;
    private final ChunkLog snapshots;
    private final @Nullable SpillKeys keys;
    private final SpillMeters meters;
    private int tables = 1;

    /**
     * Tables.
     *
     * @param memory how many bytes of entries are kept in memory, in all tables together
     * @param snapshots where snapshots are written
     * @param encrypted whether what is in the store is encrypted
     */
    public SpillTables(StateStore store, long memory, ChunkLog snapshots, boolean encrypted, Metrics metrics) {
        this.store = store;
        this.memory = memory;
        this.snapshots = snapshots;
        this.keys = encrypted ? new SpillKeys(new SecureRandom()) : null;
        this.meters = new SpillMeters(metrics, store);
    }

    @Override
    public void expect(int number) {
        tables = Math.max(1, number);
    }

    @Override
    public StateTable table(String state, int partition, Codec<Object> keyCodec, Codec<Object> valueCodec) {
        SpillTable table = new SpillTable(state, keyCodec, valueCodec, open(state, partition), memory / tables, meters);
        meters.add(table);
        return table;
    }

    @Override
    public Timers timers(String state, int partition, Codec<Object> keyCodec, long width) {
        return new SpilledTimers(keyCodec, open(state + "#timers", partition), width);
    }

    @Override
    public ChunkLog snapshots() {
        return snapshots;
    }

    private GuardedTable open(String state, int partition) {
        StateStore.Table table = store.table(state, partition);
        SpillKeys secret = keys;
        return new GuardedTable(secret == null ? table : new SealedTable(table, secret, state + "/" + partition));
    }
}
