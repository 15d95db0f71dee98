// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window over elements: those of each batch are a pane, and a window is the panes in it, in order of time. */
public final class WindowState implements State {
    /** The operator that keeps it, for ever. */
    static final String OPERATOR = "window";

    /** The id of the codec of its keys, of which there are none. */
    static final String KEY_CODEC = "none";

    private static final Object NO_KEY = "";

    private final String name;
    private final Codec<Object> codec;
    private final WindowGrid grid;
    private final List<Panes<List<Object>>> parts = new ArrayList<>();
    private int turn;

    /**
     * The state.
     *
     * @param codec how elements are written
     * @param length of the window, in milliseconds
     * @param slide of the window, in milliseconds
     */
    public WindowState(String name, Codec<Object> codec, long length, long slide) {
        this.name = name;
        this.codec = codec;
        this.grid = new WindowGrid(length, slide);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StateDefinition definition() {
        return new StateDefinition(OPERATOR, grid.parameters());
    }

    @Override
    public List<String> changes(@Nullable StateDefinition definition) {
        return WindowChange.of(definition, grid, false);
    }

    @Override
    public boolean keyed() {
        return false;
    }

    @Override
    public long reach() {
        return grid.length();
    }

    @Override
    public void partition(int partitions) {
        parts.clear();
        for (int p = 0; p < partitions; p++) {
            parts.add(new Panes<>(grid));
        }
    }

    @Override
    public void load(ByteReader chunk) {
        ChunkReader reader = new ChunkReader(chunk, name, NoKeyCodec.NO_KEYS, codec);
        reader.forEach((key, value) -> {
            if (value != null) {
                parts.get(turn).at(reader.time(), ArrayList::new).add(value);
            }
        });
        turn = (turn + 1) % parts.size(); // a chunk stays together, and with it the order of its elements
    }

    @Override
    public void loaded(long lastCommitted) {
        parts.forEach(part -> part.leave(lastCommitted));
    }

    @Override
    public long keys() {
        return 0;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        boolean all = batch.snapshots().contains(name);
        return new Update(
                parts.get(partition),
                batch.batchTime(),
                new ChunkWriter(name, NoKeyCodec.NO_KEYS, codec, all, batch.batchTime()),
                next);
    }

    private final class Update extends StateOperator {
        private final Panes<List<Object>> part;
        private final long batchTime;
        private final Operator next;
        private final List<Object> entering = new ArrayList<>();
        private final Panes<List<Object>>.Change change;

        Update(Panes<List<Object>> part, long batchTime, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.part = part;
            this.batchTime = batchTime;
            this.next = next;
            this.change = part.new Change(batchTime);
        }

        @Override
        public void push(Object element) {
            entering.add(element);
        }

        @Override
        public void push(Object key, Object value) {
            entering.add(Pair.of(key, value));
        }

        @Override
        public void end() throws Exception {
            change.leave();
            if (!entering.isEmpty()) {
                change.enter(entering);
            }
            if (grid.due(batchTime)) {
                for (Panes.Pane<List<Object>> pane : part.all()) {
                    for (Object element : pane.content()) {
                        next.push(element);
                    }
                }
            }
        }

        @Override
        void writeAll(ChunkWriter out) {
            part.all().forEach(pane -> write(pane.time(), pane.content(), out));
        }

        @Override
        void writeChanges(ChunkWriter out) {
            write(batchTime, entering, out);
        }

        private void write(long time, List<Object> elements, ChunkWriter out) {
            out.time(time);
            elements.forEach(element -> out.put(NO_KEY, element));
        }

        @Override
        public void rollback() {
            change.rollback();
        }
    }

    /** The keys of a state that has none: no bytes. */
    private record NoKeyCodec() implements Codec<Object> {
        private static final long serialVersionUID = 1L;
        private static final Codec<Object> NO_KEYS = new NoKeyCodec();

        @Override
        public String id() {
            return KEY_CODEC;
        }

        @Override
        public void encode(Object value, ByteWriter out) {}

        @Override
        public Object decode(ByteReader in, int version) {
            return NO_KEY;
        }
    }
}
