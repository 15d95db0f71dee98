// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import static java.util.Objects.requireNonNull;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.function.TimedStateFunction;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A state per key that a function sees and changes for each pair: {@code mapWithState}. */
public final class MapState extends KeyTableState {
    /** The operator that keeps it, for ever. */
    static final String OPERATOR = "mapWithState";

    private static final String NO_ELEMENT = "return Optional.empty() for no element";

    private final long timeout;
    private final long slide;
    private final TimedStateFunction<Object, Object, Object, Object> function;
    private final IdleClock clock = new IdleClock();
    private Timers[] timers = {};

    /**
     * The state.
     *
     * @param slide at which batch times keys may time out, in milliseconds
     */
    public MapState(
            StateSpec<Object, Object> spec, long slide, TimedStateFunction<Object, Object, Object, Object> function) {
        super(spec, new Held.HeldCodec(spec.states()));
        this.timeout = spec.timeout()
                .map(idle -> idle.plusNanos(999_999).toMillis()) // less than a millisecond is one
                .orElse(0L);
        this.slide = slide;
        this.function = function;
    }

    /** It emits what its function returns, for each value of a key. */
    @Override
    public boolean keyed() {
        return false;
    }

    @Override
    public StateDefinition definition() {
        return new StateDefinition(OPERATOR, Map.of());
    }

    @Override
    Object initial(Object value) {
        return new Held(value, Held.UNTIMED);
    }

    @Override
    void marked(long mark) {
        clock.load(mark);
    }

    @Override
    public void loaded(long lastCommitted) {
        timers = new Timers[partitions()];
        for (int p = 0; p < timers.length; p++) {
            Timers mine = partitionTimers(p, timeout);
            timers[p] = mine;
            if (timeout > 0) {
                partitionTable(p).forEach((key, hash, held) -> mine.add(deadline((Held) held), key));
            }
        }
    }

    private long deadline(Held held) {
        return held.touched() == Held.UNTIMED ? Long.MIN_VALUE : held.touched() + timeout;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        return new Update(partition, batch, chunks(batch), next, side);
    }

    private final class Update extends StateOperator {
        private final StateTable table;
        private final Timers idle;
        private final Touched touched;
        private final Instant batchTime;
        private final boolean due;
        private final long now;
        private final Operator next;
        private final @Nullable Operator snapshots;
        private final Handle handle = new Handle();
        private final List<Object> looked = new ArrayList<>();

        Update(int partition, BatchParameters batch, ChunkWriter chunks, Operator next, @Nullable Operator side) {
            super(chunks);
            this.table = partitionTable(partition);
            this.idle = timers[partition];
            this.touched = new Touched(table);
            this.batchTime = Instant.ofEpochMilli(batch.batchTime());
            this.due = batch.batchTime() % slide == 0;
            long paused = timeout == 0 ? 0 : clock.paused(batch);
            this.now = batch.batchTime() - paused;
            this.next = next;
            this.snapshots = side;
            chunks.mark(paused);
            if (paused > 0 && partition == 0) {
                chunks.touch();
            }
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            Optional<Object> made;
            try {
                int hash = KeyTable.hash(key);
                Held old = (Held) table.find(key, hash);
                handle.begin(old == null ? null : old.value(), false);
                made = function.apply(batchTime, key, Optional.of(value), handle);
                if (made == null) {
                    throw returnedNull(NO_ELEMENT);
                }
                keep(key, hash, old);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
            if (made.isPresent()) {
                next.push(made.get());
            }
        }

        /** Keeps what the function left of a key's state. */
        private void keep(Object key, int hash, @Nullable Held old) {
            Object state = handle.value;
            if (state != null && (state != handle.before || timeout > 0)) {
                touched.set(key, hash, old, new Held(state, timeout > 0 ? now : Held.UNTIMED));
                if (timeout > 0 && old == null) {
                    idle.add(now + timeout, key);
                }
            } else if (state == null && old != null) {
                touched.set(key, hash, old, null);
            }
        }

        @Override
        public void end() throws Exception {
            if (timeout > 0 && due) {
                looked.addAll(idle.due(now));
                Set<Object> seen = new HashSet<>();
                for (Object key : looked) {
                    Optional<Object> made;
                    try {
                        made = seen.add(key) ? look(key) : Optional.empty();
                    } catch (Throwable thrown) {
                        throw combining(key, thrown);
                    }
                    if (made.isPresent()) {
                        next.push(made.get());
                    }
                }
            }
            if (snapshots != null && due) {
                table.forEach((key, hash, held) -> snapshots.push(key, ((Held) held).value()));
            }
        }

        /** Ends a key whose time is up; returns what the function makes of that. */
        private Optional<Object> look(Object key) throws Exception {
            int hash = KeyTable.hash(key);
            Held held = (Held) table.find(key, hash);
            if (held == null) {
                return Optional.empty(); // removed in the meantime
            }
            if (held.touched() == Held.UNTIMED) {
                touched.set(key, hash, held, new Held(held.value(), now));
                idle.add(now + timeout, key);
            } else if (held.touched() + timeout > now) {
                idle.add(held.touched() + timeout, key);
            } else {
                handle.begin(held.value(), true);
                Optional<Object> made = function.apply(batchTime, key, Optional.empty(), handle);
                if (made == null) {
                    throw returnedNull(NO_ELEMENT);
                }
                touched.set(key, hash, held, null);
                return made;
            }
            return Optional.empty();
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
            looked.forEach(key -> idle.add(now, key));
        }
    }

    /** What the function sees; one for all keys of a task. */
    private final class Handle implements io.millrace.api.State<Object> {
        private @Nullable Object before;
        private @Nullable Object value;
        private boolean timingOut;
        private boolean removed;

        void begin(@Nullable Object state, boolean isTimingOut) {
            before = state;
            value = state;
            timingOut = isTimingOut;
            removed = false;
        }

        @Override
        public boolean exists() {
            return value != null;
        }

        @Override
        public Object get() {
            Object state = value;
            if (state == null) {
                throw new NoSuchElementException("the key has no state in '" + name() + "': ask exists() or find()");
            }
            return state;
        }

        @Override
        public Optional<Object> find() {
            return Optional.ofNullable(value);
        }

        @Override
        public void update(Object state) {
            check("updated");
            value = requireNonNull(state, "state is null");
        }

        @Override
        public void remove() {
            check("removed");
            value = null;
            removed = true;
        }

        private void check(String what) {
            if (removed || timingOut) {
                throw new IllegalArgumentException("the state of a key in '" + name() + "' cannot be " + what
                        + (removed ? " after it was removed" : " while the key is timing out"));
            }
        }

        @Override
        public boolean isTimingOut() {
            return timingOut;
        }
    }
}
