// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import java.util.List;

/** A state that holds one value per key. */
abstract class KeyTableState implements State {
    private static final long TIMERS_WIDTH = 1_000;
    private static final long TIMERS_WIDTHS = 256;

    private final StateSpec<Object, Object> spec;
    private final Codec<Object> values;
    private StateTables made = StateTables.IN_MEMORY;
    private StateTable[] tables = {};

    /**
     * A state of a program.
     *
     * @param values how values are written, if not as the program says
     */
    KeyTableState(StateSpec<Object, Object> spec, Codec<Object> values) {
        this.spec = spec;
        this.values = values;
    }

    @Override
    public final String name() {
        return spec.name();
    }

    @Override
    public final List<String> formerNames() {
        return spec.formerNames();
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public boolean spills() {
        return true;
    }

    @Override
    public final void tables(StateTables tables) {
        made = tables;
    }

    @Override
    public final void partition(int partitions) {
        tables = new StateTable[partitions];
        for (int p = 0; p < partitions; p++) {
            tables[p] = made.table(name(), p, spec.keys(), values);
        }
    }

    @Override
    public final boolean begin() {
        for (Pair<Object, Object> entry : spec.initial()) {
            try {
                int hash = KeyTable.hash(entry.key());
                table(hash).put(entry.key(), hash, initial(entry.value()));
            } catch (Throwable thrown) {
                throw ElementFailure.of(entry, thrown);
            }
        }
        return !spec.initial().isEmpty();
    }

    /** What is held for a value that the program gave at first. */
    Object initial(Object value) {
        return value;
    }

    @Override
    public final void load(ByteReader chunk) {
        marked(read(chunk).mark());
    }

    @Override
    public final LoadedChunk prepare(ByteReader chunk) {
        KeyedChunk decoded = new KeyedChunk(new ChunkReader(chunk, name(), spec.keys(), values), tables.length);
        return new LoadedChunk() {
            @Override
            public int parts() {
                return tables.length;
            }

            @Override
            public void begin() {
                marked(decoded.mark());
            }

            @Override
            public void take(int part) {
                decoded.apply(part, tables[part]);
            }
        };
    }

    /** A chunk carries this number for the state's own use. */
    void marked(long mark) {}

    private ChunkReader read(ByteReader chunk) {
        ChunkReader reader = new ChunkReader(chunk, name(), spec.keys(), values);
        reader.forEach((key, value) -> {
            int hash = KeyTable.hash(key);
            if (value == null) {
                table(hash).remove(key, hash);
            } else {
                table(hash).put(key, hash, value);
            }
        });
        return reader;
    }

    private StateTable table(int hash) {
        return tables[KeyPartitioner.partition(hash, tables.length)];
    }

    final int partitions() {
        return tables.length;
    }

    final StateTable partitionTable(int partition) {
        return tables[partition];
    }

    /** Timers for a partition's keys, of which each is set about so many milliseconds ahead. */
    final Timers partitionTimers(int partition, long ahead) {
        return made.timers(name(), partition, spec.keys(), Math.max(TIMERS_WIDTH, ahead / TIMERS_WIDTHS));
    }

    final ChunkWriter chunks(BatchParameters batch) {
        boolean all = batch.snapshots().contains(name());
        return new ChunkWriter(name(), spec.keys(), values, all, batch.batchTime(), all ? made.snapshots() : null);
    }

    static void writeAll(StateTable table, ChunkWriter out) {
        table.forEach((key, hash, value) -> out.put(key, value));
    }

    @Override
    public final long keys() {
        long sum = 0;
        for (StateTable table : tables) {
            sum += table.keys();
        }
        return sum;
    }
}
