// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.function.TimedUpdateFunction;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A state per key, for which a function is called in every batch: {@code updateStateByKey}. */
public final class UpdateState extends KeyTableState {
    /** The operator that keeps it, for ever. */
    static final String OPERATOR = "updateStateByKey";

    /** So many values of a key are in a message. */
    private static final int SHOWN = 16;

    private final long slide;
    private final TimedUpdateFunction<Object, Object, Object> function;

    /**
     * The state.
     *
     * @param slide at which batch times the function is called, in milliseconds
     */
    public UpdateState(
            StateSpec<Object, Object> spec, long slide, TimedUpdateFunction<Object, Object, Object> function) {
        super(spec, spec.states());
        this.slide = slide;
        this.function = function;
    }

    @Override
    public StateDefinition definition() {
        return new StateDefinition(OPERATOR, Map.of());
    }

    /** Each of its keys is called in each batch: from a disk that would take longer than anybody waits. */
    @Override
    public boolean spills() {
        return false;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        return new Update((KeyTable) partitionTable(partition), batch.batchTime(), chunks(batch), next);
    }

    private final class Update extends StateOperator {
        private final KeyTable table;
        private final long batchTime;
        private final Operator next;
        private final Touched touched;
        private final KeyTable incoming = new KeyTable(16);

        Update(KeyTable table, long batchTime, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.table = table;
            this.batchTime = batchTime;
            this.next = next;
            this.touched = new Touched(table);
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object values) throws Exception {
            try {
                incoming.put(key, KeyTable.hash(key), values);
            } catch (Throwable thrown) {
                throw combining(key, thrown);
            }
        }

        @Override
        public void end() throws Exception {
            if (batchTime % slide != 0) {
                return;
            }
            KeyTable held = table.copy(); // keys come and go below
            for (int place = 0, capacity = held.capacity(); place < capacity; place++) {
                Object key = held.keyAt(place);
                if (key != null) {
                    int hash = held.hashAt(place);
                    update(key, hash, find(incoming, key, hash), held.valueAt(place));
                }
            }
            for (int place = 0, capacity = incoming.capacity(); place < capacity; place++) {
                Object key = incoming.keyAt(place);
                if (key != null && find(held, key, incoming.hashAt(place)) == null) {
                    update(key, incoming.hashAt(place), incoming.valueAt(place), null);
                }
            }
        }

        private static List<Object> firstOf(List<Object> values) {
            return values.subList(0, Math.min(SHOWN, values.size()));
        }

        /** A key's equals may throw. */
        private @Nullable Object find(KeyTable where, Object key, int hash) throws Exception {
            try {
                return where.find(key, hash);
            } catch (Throwable thrown) {
                throw combining(key, thrown);
            }
        }

        @SuppressWarnings("unchecked") // what groupByKey makes
        private void update(Object key, int hash, @Nullable Object values, @Nullable Object old) throws Exception {
            Object now;
            try {
                Optional<Object> state = function.apply(
                        Instant.ofEpochMilli(batchTime),
                        key,
                        values == null ? List.of() : (List<Object>) values,
                        Optional.ofNullable(old));
                if (state == null) {
                    throw returnedNull("return Optional.empty() for no state");
                }
                now = state.orElse(null);
                if (now == null ? old != null : !now.equals(old)) {
                    touched.set(key, hash, old, now);
                }
            } catch (Throwable thrown) {
                throw combining(values == null ? key : Pair.of(key, firstOf((List<Object>) values)), thrown);
            }
            if (now != null) {
                next.push(key, now);
            }
        }

        @Override
        void writeAll(ChunkWriter out) {
            KeyTableState.writeAll(table, out);
        }

        @Override
        void writeChanges(ChunkWriter out) {
            touched.write(out);
        }

        @Override
        public void rollback() {
            touched.rollback();
        }
    }
}
