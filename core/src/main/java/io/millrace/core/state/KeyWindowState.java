// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.state.WindowTotals.Total;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A window over keyed totals: each batch's totals are a pane, and a window is made of the panes in it. With an inverse
 * function the window's totals are kept as well, and only what enters and leaves is touched.
 */
public final class KeyWindowState implements State {
    /** In place of a batch time: the entries are the window's totals. */
    static final long TOTALS = Long.MIN_VALUE;

    private static final String INVERSE = "inverse";

    private final String operator;
    private final StateSpec<Object, Object> spec;
    private final WindowGrid grid;
    private final ReduceFunction<Object> function;
    private final @Nullable ReduceFunction<Object> inverse;
    private final @Nullable FilterFunction<Object> keep;
    private Part[] parts = {};
    private @Nullable StateDefinition stored;
    private long upTo = Long.MAX_VALUE;
    private boolean hadPanes;
    private boolean hadTotals;
    private boolean remade;

    /**
     * The state.
     *
     * @param operator as the program calls it
     * @param length of the window, in milliseconds
     * @param slide of the window, in milliseconds
     * @param inverse takes a pane out of the totals; null to combine all panes each time
     * @param keep which totals are kept and seen; null for all
     */
    public KeyWindowState(
            String operator,
            StateSpec<Object, Object> spec,
            long length,
            long slide,
            ReduceFunction<Object> function,
            @Nullable ReduceFunction<Object> inverse,
            @Nullable FilterFunction<Object> keep) {
        this.operator = operator;
        this.spec = spec;
        this.grid = new WindowGrid(length, slide);
        this.function = function;
        this.inverse = inverse;
        this.keep = keep;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public List<String> formerNames() {
        return spec.formerNames();
    }

    @Override
    public StateDefinition definition() {
        Map<String, String> parameters = new HashMap<>(grid.parameters());
        parameters.put(INVERSE, Boolean.toString(inverse != null));
        return new StateDefinition(operator, parameters);
    }

    /** Whether a definition says that totals are kept. */
    static boolean inverse(StateDefinition definition) {
        return Boolean.parseBoolean(definition.parameters().get(INVERSE));
    }

    @Override
    public List<String> changes(@Nullable StateDefinition definition) {
        return WindowChange.of(definition, grid, inverse != null);
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public long reach() {
        return grid.length();
    }

    /** What leaves is taken out of the totals, which are stored: they are those of the last committed batch. */
    @Override
    public boolean passes() {
        return inverse != null;
    }

    @Override
    public void partition(int partitions) {
        parts = new Part[partitions];
        for (int p = 0; p < partitions; p++) {
            parts[p] = new Part(grid);
        }
    }

    @Override
    public void stored(@Nullable StateDefinition definition, long last) {
        stored = definition;
        upTo = last;
    }

    @Override
    public void load(ByteReader chunk) {
        ChunkReader reader = new ChunkReader(chunk, name(), spec.keys(), spec.states());
        reader.forEach((key, value) -> {
            int hash = KeyTable.hash(key);
            Part part = parts[KeyPartitioner.partition(hash, parts.length)];
            if (reader.time() == TOTALS) {
                hadTotals = true;
                if (value == null) {
                    part.totals.remove(key, hash);
                } else {
                    part.totals.put(key, hash, new Total(value, 0));
                }
            } else if (value == null) { // no batch brings nothing for a key
                throw StoredState.refused(this, StateKind.VALUES.operators());
            } else {
                hadPanes = true;
                part.panes.at(reader.time(), KeyWindowState::table).put(key, hash, value);
            }
        });
    }

    @Override
    public void loaded(long lastCommitted) {
        WindowGrid before = stored == null ? null : WindowGrid.of(stored);
        boolean sameTotals = stored != null && grid.equals(before) && inverse(stored) == (inverse != null);
        remade = !sameTotals && (hadTotals || (inverse != null && hadPanes));
        for (Part part : parts) {
            if (inverse == null) {
                part.totals = table();
                part.panes.leave(lastCommitted);
            } else if (sameTotals) {
                part.panes.leave(upTo); // what left since is still in the totals
                WindowTotals.count(part.totals, part.panes);
            } else {
                remake(part, lastCommitted, before, inverse);
            }
        }
    }

    private void remake(Part part, long lastCommitted, @Nullable WindowGrid before, ReduceFunction<Object> inverseNow) {
        List<Panes.Pane<KeyTable>> gone = part.panes.leave(lastCommitted);
        boolean noTotals = stored != null && !inverse(stored);
        Accumulators.begin(); // the program's functions may add, which was counted when the batches came
        try {
            part.totals = new WindowTotals(function, inverseNow)
                    .remade(
                            noTotals ? table() : part.totals,
                            part.panes,
                            gone,
                            before == null ? null : before.gone(upTo));
        } catch (Exception e) {
            throw new MillraceException(
                    ErrorCode.USER_CODE,
                    "the totals of window '" + name() + "' cannot be made anew from its batches: " + e,
                    e);
        } finally {
            Accumulators.end();
        }
    }

    @Override
    public boolean remade() {
        return remade;
    }

    @Override
    public long keys() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.totals.size();
        }
        return sum;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        boolean all = batch.snapshots().contains(name());
        return new Update(
                parts[partition],
                batch.batchTime(),
                new ChunkWriter(name(), spec.keys(), spec.states(), all, batch.batchTime()),
                next);
    }

    private static KeyTable table() {
        return new KeyTable(16);
    }

    private static final class Part {
        private final Panes<KeyTable> panes;
        private KeyTable totals = table();

        Part(WindowGrid grid) {
            this.panes = new Panes<>(grid);
        }
    }

    private final class Update extends StateOperator {
        private final Part part;
        private final long batchTime;
        private final Operator next;
        private final KeyTable entering = new KeyTable(16);
        private final Touched touched;
        private final Panes<KeyTable>.Change change;

        Update(Part part, long batchTime, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.part = part;
            this.batchTime = batchTime;
            this.next = next;
            this.touched = new Touched(part.totals);
            this.change = part.panes.new Change(batchTime);
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
            try {
                entering.merge(key, KeyTable.hash(key), value, function);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }

        @Override
        public void end() throws Exception {
            List<Panes.Pane<KeyTable>> leaving = change.leave();
            boolean entered = entering.size() > 0 && change.enter(entering);
            ReduceFunction<Object> remove = inverse;
            if (remove != null) {
                for (Panes.Pane<KeyTable> pane : leaving) {
                    pane.content().forEach((key, hash, value) -> leave(key, hash, value, remove));
                }
                if (entered) {
                    entering.forEach((key, hash, value) -> enter(key, hash, value));
                }
            }
            if (grid.due(batchTime)) {
                if (remove == null) {
                    emitPanes();
                } else {
                    emitTotals();
                }
            }
        }

        private void leave(Object key, int hash, Object value, ReduceFunction<Object> remove) throws Exception {
            try {
                Total total = total(key, hash);
                touched.set(key, hash, total, total.left(remove.apply(total.value(), value)));
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }

        private void enter(Object key, int hash, Object value) throws Exception {
            try {
                Total total = (Total) part.totals.find(key, hash);
                touched.set(
                        key,
                        hash,
                        total,
                        total == null ? new Total(value, 1) : total.entered(function.apply(total.value(), value)));
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
        }

        private boolean isKept(Object key, Total total) throws Exception {
            FilterFunction<Object> kept = keep;
            try {
                return kept == null || kept.test(Pair.of(key, total.value()));
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, total.value()), thrown);
            }
        }

        private Total total(Object key, int hash) {
            Total total = (Total) part.totals.find(key, hash);
            if (total == null) {
                throw new IllegalStateException("window '" + name()
                        + "' has no total for a key that leaves it: are its equals and hashCode by value?");
            }
            return total;
        }

        private void emitPanes() throws Exception {
            KeyTable all = table();
            for (Panes.Pane<KeyTable> pane : part.panes.all()) {
                all.copyAll(pane.content(), function);
            }
            all.forEach((key, hash, value) -> next.push(key, value));
        }

        private void emitTotals() throws Exception {
            List<Object> forgotten = new ArrayList<>();
            part.totals.forEach((key, hash, value) -> {
                Total total = (Total) value;
                if (isKept(key, total)) {
                    next.push(key, total.value());
                } else if (total.panes() == 0) {
                    forgotten.add(key);
                }
            });
            for (Object key : forgotten) {
                int hash = KeyTable.hash(key);
                touched.set(key, hash, part.totals.find(key, hash), null);
            }
        }

        @Override
        void writeAll(ChunkWriter out) {
            for (Panes.Pane<KeyTable> pane : part.panes.all()) {
                out.time(pane.time());
                pane.content().forEach((key, hash, value) -> out.put(key, value));
            }
            if (inverse != null) {
                out.time(TOTALS);
                part.totals.forEach((key, hash, total) -> out.put(key, ((Total) total).value()));
            }
        }

        @Override
        void writeChanges(ChunkWriter out) {
            out.time(batchTime);
            entering.forEach((key, hash, value) -> out.put(key, value));
            out.time(TOTALS);
            touched.write(out, total -> ((Total) total).value());
        }

        @Override
        public void rollback() {
            touched.rollback();
            change.rollback();
        }
    }
}
