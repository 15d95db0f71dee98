// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import java.util.List;

/** A state that holds one value per key. */
abstract class KeyTableState implements State {
    private final StateSpec<Object, Object> spec;
    private final Codec<Object> values;
    private KeyTable[] tables = {};

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
    public final boolean keyed() {
        return true;
    }

    @Override
    public final void partition(int partitions) {
        tables = new KeyTable[partitions];
        for (int p = 0; p < partitions; p++) {
            tables[p] = new KeyTable(16);
        }
    }

    @Override
    public final boolean begin() {
        for (Pair<Object, Object> entry : spec.initial()) {
            int hash = KeyTable.hash(entry.key());
            table(hash).put(entry.key(), hash, initial(entry.value()));
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

    private KeyTable table(int hash) {
        return tables[KeyPartitioner.partition(hash, tables.length)];
    }

    final int partitions() {
        return tables.length;
    }

    final KeyTable partitionTable(int partition) {
        return tables[partition];
    }

    final ChunkWriter chunks(BatchParameters batch) {
        return new ChunkWriter(name(), spec.keys(), values, batch.snapshots().contains(name()), batch.batchTime());
    }

    static void writeAll(KeyTable table, ChunkWriter out) {
        for (int place = 0, capacity = table.capacity(); place < capacity; place++) {
            Object key = table.keyAt(place);
            if (key != null) {
                out.put(key, table.valueAt(place));
            }
        }
    }

    @Override
    public final long keys() {
        long sum = 0;
        for (KeyTable table : tables) {
            sum += table.size();
        }
        return sum;
    }
}
