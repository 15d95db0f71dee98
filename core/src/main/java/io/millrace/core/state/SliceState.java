// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.core.graph.Node;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.SliceTable;

/** A state of numbers by byte-strings. */
final class SliceState implements States.State {
    private final String name;
    private final LongReduceFunction function;
    private SliceTable[] tables = {};

    SliceState(Node.SliceRunningReduce node) {
        this.name = node.state();
        this.function = node.function();
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
    public StateOperator operator(int partition, BatchParameters batch, Operator next) {
        return new Update(tables[partition], batch, next);
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
        private final Operator next;
        private final ByteWriter scratch = new ByteWriter(64);

        Update(SliceTable table, BatchParameters batch, Operator next) {
            super(name, Codecs.BYTES, Codecs.LONG, batch);
            this.table = table;
            this.next = next;
        }

        @Override
        public void push(byte[] bytes, int offset, int length, long value) throws Exception {
            long total = table.merge(bytes, offset, length, value, function);
            if (!snapshot) {
                write(bytes, offset, length, total);
            }
            next.push(bytes, offset, length, total);
        }

        @Override
        void writeAll() {
            for (int place = 0; place < table.capacity(); place++) {
                if (table.has(place)) {
                    write(table.keyBytes(), table.keyOffset(place), table.keyLength(place), table.value(place));
                }
            }
        }

        private void write(byte[] bytes, int offset, int length, long total) {
            ByteWriter out = chunk();
            scratch.clear();
            scratch.writeBytes(bytes, offset, length);
            out.writeBytes(scratch.array(), 0, scratch.size());
            scratch.clear();
            scratch.writeZigZag(total);
            out.writeBytes(scratch.array(), 0, scratch.size());
        }
    }
}
