// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.graph.Node;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;

/** A state of objects by objects. */
final class KeyState implements States.State {
    private final String name;
    private final Codec<Object> keys;
    private final Codec<Object> values;
    private final ReduceFunction<Object> function;
    private KeyTable[] tables = {};

    KeyState(Node.RunningReduce node) {
        this.name = node.state();
        this.keys = node.keys();
        this.values = node.values();
        this.function = node.function();
    }

    @Override
    public void partition(int partitions) {
        tables = new KeyTable[partitions];
        for (int p = 0; p < partitions; p++) {
            tables[p] = new KeyTable(16);
        }
    }

    @Override
    public void load(ByteReader chunk) {
        StateFormat.Versions versions = StateFormat.readHeader(chunk, name, keys, values);
        ByteReader field = new ByteReader(chunk.array());
        while (chunk.remaining() > 0) {
            Object key = keys.decode(next(chunk, field), versions.keys());
            Object value = values.decode(next(chunk, field), versions.values());
            int hash = KeyTable.hash(key);
            tables[KeyPartitioner.partition(hash, tables.length)].put(key, hash, value);
        }
    }

    private static ByteReader next(ByteReader chunk, ByteReader field) {
        int length = chunk.readVarint32();
        field.reset(chunk.array(), chunk.position(), Math.min(length, chunk.remaining()));
        chunk.skip(length);
        return field;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next) {
        return new Update(tables[partition], batch, next);
    }

    @Override
    public long keys() {
        long sum = 0;
        for (KeyTable table : tables) {
            sum += table.size();
        }
        return sum;
    }

    private final class Update extends StateOperator {
        private final KeyTable table;
        private final Operator next;
        private final ByteWriter scratch = new ByteWriter(64);

        Update(KeyTable table, BatchParameters batch, Operator next) {
            super(name, keys, values, batch);
            this.table = table;
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Object total = table.merge(key, KeyTable.hash(key), value, function);
            if (!snapshot) {
                write(key, total);
            }
            next.push(key, total);
        }

        @Override
        void writeAll() {
            for (int place = 0; place < table.capacity(); place++) {
                Object key = table.keyAt(place);
                if (key != null) {
                    write(key, table.valueAt(place));
                }
            }
        }

        private void write(Object key, Object value) {
            ByteWriter out = chunk();
            scratch.clear();
            keys.encode(key, scratch);
            out.writeBytes(scratch.array(), 0, scratch.size());
            scratch.clear();
            values.encode(value, scratch);
            out.writeBytes(scratch.array(), 0, scratch.size());
        }
    }
}
