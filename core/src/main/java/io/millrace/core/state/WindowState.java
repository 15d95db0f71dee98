// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window over elements: those of each batch are a pane, and a window is the panes in it, in order of time. */
public final class WindowState implements State {
    private static final Object NO_KEY = "";

    private final String name;
    private final Codec<Object> codec;
    private final WindowGrid grid;
    private Part[] parts = {};
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
    public boolean keyed() {
        return false;
    }

    @Override
    public long reach() {
        return grid.length();
    }

    @Override
    public void partition(int partitions) {
        parts = new Part[partitions];
        for (int p = 0; p < partitions; p++) {
            parts[p] = new Part();
        }
    }

    @Override
    public void load(ByteReader chunk) {
        ChunkReader reader = new ChunkReader(chunk, name, NoKeyCodec.NO_KEYS, codec);
        reader.forEach((key, value) -> {
            if (value != null) {
                parts[turn].pane(reader.time()).add(value);
            }
        });
        turn = (turn + 1) % parts.length; // a chunk stays together, and with it the order of its elements
    }

    @Override
    public void loaded(long lastCommitted) {
        for (Part part : parts) {
            part.panes.removeIf(pane -> pane.time < lastCommitted && grid.left(pane.time, lastCommitted));
        }
    }

    @Override
    public long keys() {
        return 0;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        boolean all = batch.snapshots().contains(name);
        return new Update(
                parts[partition],
                batch.batchTime(),
                new ChunkWriter(name, NoKeyCodec.NO_KEYS, codec, all, batch.batchTime()),
                next);
    }

    private record Pane(long time, List<Object> elements) {}

    private static final class Part {
        private final Deque<Pane> panes = new ArrayDeque<>();

        List<Object> pane(long time) {
            for (Pane pane : panes) {
                if (pane.time == time) {
                    return pane.elements;
                }
            }
            List<Object> elements = new ArrayList<>();
            panes.addLast(new Pane(time, elements));
            return elements;
        }
    }

    private final class Update extends StateOperator {
        private final Part part;
        private final long batchTime;
        private final Operator next;
        private final List<Object> entering = new ArrayList<>();
        private final List<Pane> leaving = new ArrayList<>();
        private boolean entered;

        Update(Part part, long batchTime, ChunkWriter chunks, Operator next) {
            super(chunks);
            this.part = part;
            this.batchTime = batchTime;
            this.next = next;
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
            while (!part.panes.isEmpty() && grid.left(part.panes.getFirst().time, batchTime)) {
                leaving.add(part.panes.removeFirst());
            }
            if (!entering.isEmpty()) {
                part.panes.addLast(new Pane(batchTime, entering));
                entered = true;
            }
            if (grid.due(batchTime)) {
                for (Pane pane : part.panes) {
                    for (Object element : pane.elements) {
                        next.push(element);
                    }
                }
            }
        }

        @Override
        void writeAll(ChunkWriter out) {
            part.panes.forEach(pane -> write(pane.time, pane.elements, out));
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
            if (entered) {
                part.panes.removeLast();
            }
            for (int i = leaving.size() - 1; i >= 0; i--) {
                part.panes.addFirst(leaving.get(i));
            }
        }
    }

    /** The keys of a state that has none: no bytes. */
    private record NoKeyCodec() implements Codec<Object> {
        private static final long serialVersionUID = 1L;
        private static final Codec<Object> NO_KEYS = new NoKeyCodec();

        @Override
        public String id() {
            return "none";
        }

        @Override
        public void encode(Object value, ByteWriter out) {}

        @Override
        public Object decode(ByteReader in, int version) {
            return NO_KEY;
        }
    }
}
