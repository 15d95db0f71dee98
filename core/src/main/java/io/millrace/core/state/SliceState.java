// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.source.Slice;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.SliceTable;
import io.millrace.core.table.SliceUndo;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A number per byte-string, kept for ever: {@code runningReduce} of a stream of slices. */
public final class SliceState implements State {
    private final String name;
    private final LongReduceFunction function;
    private SliceTable[] tables = {};

    public SliceState(String name, LongReduceFunction function) {
        this.name = name;
        this.function = function;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StateDefinition definition() {
        return new StateDefinition(RunningReduceState.OPERATOR, Map.of());
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public void partition(int partitions) {
        tables = new SliceTable[partitions];
        for (int p = 0; p < partitions; p++) {
            tables[p] = new SliceTable(16);
        }
    }

    @Override
    public void load(ByteReader chunk) {
        StateFormat.readHeader(chunk, name, Codecs.BYTES, Codecs.LONG);
        byte[] array = chunk.array();
        while (chunk.remaining() > 0) {
            chunk.readVarint32();
            int length = chunk.readVarint32();
            int offset = chunk.position();
            chunk.skip(length);
            chunk.readVarint32();
            long value = chunk.readZigZag();
            int hash = SliceTable.hash(array, offset, length);
            tables[KeyPartitioner.partition(hash, tables.length)].put(array, offset, length, value);
        }
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        boolean all = batch.snapshots().contains(name);
        return new Update(
                tables[partition],
                new ChunkWriter(name, erase(Codecs.BYTES), erase(Codecs.LONG), all, batch.batchTime()),
                next);
    }

    @SuppressWarnings("unchecked") // only their ids are used
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    @Override
    public long keys() {
        long sum = 0;
        for (SliceTable table : tables) {
            sum += table.size();
        }
        return sum;
    }

    private final class Update extends StateOperator {
        private final SliceTable table;
        private final ChunkWriter chunks;
        private final boolean changes;
        private final Operator next;
        private final SliceUndo undo = new SliceUndo();

        Update(SliceTable table, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.table = table;
            this.chunks = chunks;
            this.changes = !chunks.snapshot();
            this.next = next;
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) throws Exception {
            long total;
            try {
                total = table.merge(bytes, offset, length, value, function, undo);
            } catch (Throwable thrown) {
                throw combining(Pair.of(new Slice(Arrays.copyOfRange(bytes, offset, offset + length)), value), thrown);
            }
            if (changes) {
                chunks.put(bytes, offset, length, total);
            }
            next.push(bytes, offset, length, total);
        }

        @Override
        void writeAll(ChunkWriter out) {
            for (int place = 0, capacity = table.capacity(); place < capacity; place++) {
                if (table.has(place)) {
                    out.put(table.keyBytes(), table.keyOffset(place), table.keyLength(place), table.value(place));
                }
            }
        }

        @Override
        public void rollback() {
            undo.rollback(table);
        }
    }
}
