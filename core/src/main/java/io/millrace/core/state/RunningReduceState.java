// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.KeyUndo;
import io.millrace.core.table.StateTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A total per key, kept for ever: {@code runningReduce}. Takes each key at most once per batch. */
public final class RunningReduceState extends KeyTableState {
    /** The operator that keeps it, for ever. */
    static final String OPERATOR = "runningReduce";

    private final ReduceFunction<Object> function;

    public RunningReduceState(StateSpec<Object, Object> spec, ReduceFunction<Object> function) {
        super(spec, spec.states());
        this.function = function;
    }

    @Override
    public StateDefinition definition() {
        return new StateDefinition(OPERATOR, Map.of());
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        return new Update(partitionTable(partition), chunks(batch), next);
    }

    private final class Update extends StateOperator {
        private final StateTable table;
        private final ChunkWriter chunks;
        private final boolean changes;
        private final Operator next;
        private final KeyUndo undo = new KeyUndo();

        Update(StateTable table, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.table = table;
            this.chunks = chunks;
            this.changes = !chunks.snapshot();
            this.next = next;
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            if (value == null) {
                refuse(Pair.of(key, value), "the value");
                return;
            }
            Object total;
            try {
                int hash = KeyTable.hash(key);
                total = table.merge(key, hash, value, function, undo);
                if (changes) {
                    chunks.compare(table, key, hash);
                    chunks.put(key, total);
                }
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
            next.push(key, total);
        }

        @Override
        void writeAll(ChunkWriter out) {
            KeyTableState.writeAll(table, out);
        }

        @Override
        public void rollback() {
            undo.rollback(table);
        }
    }
}
