// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.EventTime;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.WindowedValue;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.clock.Times;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Windows over event time: for each key those that are not over, and when to look at it again. */
public final class EventTimeState extends KeyTableState {
    /** The operator that keeps it, for ever. */
    static final String OPERATOR = "reduceByKeyAndEventTime";

    private final EventTime<Object> time;
    private final long slide;
    private final long length;
    private final long lateness;
    private final MapFunction<Object, Object> create;
    private final ReduceFunction<Object> combine;
    private final long disorder;
    private long stored = Long.MIN_VALUE;
    private Timers[] timers = {};

    /**
     * The state.
     *
     * @param slide at which batch times windows are seen, in milliseconds: those of the stream that they are of
     */
    public EventTimeState(
            StateSpec<Object, Object> spec,
            long slide,
            EventTime<Object> time,
            MapFunction<Object, Object> create,
            ReduceFunction<Object> combine) {
        super(spec, new Span.SpansCodec(spec.states()));
        this.slide = slide;
        this.time = time;
        this.length = time.length().toMillis();
        this.lateness = time.lateness().toMillis();
        this.create = create;
        this.combine = combine;
        this.disorder = time.disorder().toMillis();
    }

    /** A key may have several windows that end in one batch. */
    @Override
    public boolean keyed() {
        return false;
    }

    @Override
    public StateDefinition definition() {
        String slide = time.slide().map(each -> Long.toString(each.toMillis())).orElse("");
        return new StateDefinition(
                OPERATOR,
                slide.isEmpty()
                        ? Map.of("gap", Long.toString(length))
                        : Map.of("length", Long.toString(length), "slide", slide));
    }

    @Override
    public List<String> changes(@Nullable StateDefinition before) {
        Map<String, String> now = definition().parameters();
        return before == null || before.parameters().equals(now)
                ? List.of()
                : List.of("windows of " + new TreeMap<>(now) + " ms, were " + new TreeMap<>(before.parameters())
                        + " ms: open windows keep what they have, and end no earlier than before");
    }

    @Override
    void marked(long mark) {
        stored = Math.max(stored, mark);
    }

    /** How far event time had come by what was loaded; the least number if that does not say. */
    long stored() {
        return stored;
    }

    /** The latest event time that can be right in a batch that was planned at {@code present}. */
    public long latestRight(long present) {
        return Times.plus(present, time.ahead().toMillis());
    }

    /** How long a partition may be without records before it is left out, in milliseconds. */
    long idle() {
        return time.idle().toMillis();
    }

    @Override
    public void loaded(long lastCommitted) {
        timers = new Timers[partitions()];
        for (int p = 0; p < timers.length; p++) {
            Timers mine = partitionTimers(p, length + lateness);
            timers[p] = mine;
            partitionTable(p)
                    .forEach((key, hash, spans) -> spans(spans)
                            .forEach(span ->
                                    mine.add(span.seen() ? Times.plus(span.end(), lateness) : span.end(), key)));
        }
    }

    @SuppressWarnings("unchecked") // what this class puts into its tables
    private static List<Span> spans(@Nullable Object value) {
        return value == null ? List.of() : (List<Span>) value;
    }

    @Override
    public StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side) {
        return new Update(
                partitionTable(partition),
                timers[partition],
                batch.batchTime() % slide == 0,
                batch.watermarks().getOrDefault(name(), Long.MIN_VALUE),
                latestRight(batch.present()),
                chunks(batch),
                next,
                side);
    }

    private final class Update extends StateOperator {
        private final StateTable table;
        private final Timers timers;
        private final boolean due;
        private final long reached;
        private final long now;
        private final long latestRight;
        private final Operator next;
        private final @Nullable Operator late;
        private final Touched touched;
        private final Set<Object> again = new LinkedHashSet<>();
        private final List<Object> looked = new ArrayList<>();

        Update(
                StateTable table,
                Timers timers,
                boolean due,
                long reached,
                long latestRight,
                ChunkWriter chunks,
                Operator next,
                @Nullable Operator late) {
            super(chunks);
            this.table = table;
            this.timers = timers;
            this.due = due;
            this.reached = reached;
            this.now = Times.minus(reached, disorder); // if nothing was reached, nothing less
            this.latestRight = latestRight;
            this.next = next;
            this.late = late;
            this.touched = new Touched(table);
        }

        @Override
        public void push(Object element) throws Exception {
            Pair<?, ?> pair = (Pair<?, ?>) element;
            push(pair.key(), pair.value());
        }

        @Override
        public void push(Object key, Object value) throws Exception {
            boolean taken;
            try {
                taken = take(key, value);
            } catch (Throwable thrown) {
                throw combining(Pair.of(key, value), thrown);
            }
            if (!taken && late != null) {
                late.push(key, value);
            }
        }

        /** Returns whether the value is not late. */
        private boolean take(Object key, Object value) throws Exception {
            long at = Times.millis(time.timestamps().apply(value));
            if (at > latestRight) {
                return false;
            }
            int hash = KeyTable.hash(key);
            List<Span> before = spans(table.find(key, hash));
            List<Span> after = new ArrayList<>(before);
            Duration slide = time.slide().orElse(null);
            boolean taken = slide == null
                    ? intoSession(key, at, value, after)
                    : intoWindows(key, at, value, slide.toMillis(), after);
            if (taken) {
                touched.set(key, hash, before.isEmpty() ? null : before, List.copyOf(after));
            }
            return taken;
        }

        private boolean over(long end) {
            return now != Times.ALWAYS && Times.plus(end, lateness) <= now;
        }

        /** Returns whether the value is in a window that is not over, or between windows and in none. */
        private boolean intoWindows(Object key, long at, Object value, long slide, List<Span> spans) throws Exception {
            long before = Math.floorMod(at, slide); // from the beginning of the last window that has begun
            boolean taken = before >= length;
            while (before < length) {
                long end = Times.plus(at, length - before);
                if (!over(end)) {
                    taken = true;
                    merge(key, Times.minus(at, before), end, value, spans);
                }
                before += slide;
            }
            return taken;
        }

        private boolean intoSession(Object key, long at, Object value, List<Span> spans) throws Exception {
            long alone = Times.plus(at, length);
            long end = alone;
            for (Span span : spans) {
                end = span.touches(at, alone) ? Math.max(end, span.end()) : end;
            }
            if (over(end)) {
                return false;
            }
            merge(key, at, alone, value, spans);
            return true;
        }

        /** Adds a value to the span of these bounds, or to the session that it makes of all that it touches. */
        private void merge(Object key, long start, long end, Object value, List<Span> spans) throws Exception {
            Object combined = create.apply(value);
            long from = start;
            long until = end;
            for (int i = spans.size() - 1; i >= 0; i--) {
                Span span = spans.get(i);
                boolean same = time.slide().isPresent()
                        ? span.start() == start && span.end() == end
                        : span.touches(start, end);
                if (same) {
                    from = Math.min(from, span.start());
                    until = Math.max(until, span.end());
                    combined = combine.apply(span.value(), combined);
                    spans.remove(i);
                }
            }
            spans.add(new Span(from, until, false, combined));
            if (now != Times.ALWAYS && until <= now) {
                again.add(key);
            } else {
                timers.add(until, key);
            }
        }

        @Override
        public void end() throws Exception {
            if (!due || now == Times.ALWAYS) {
                return;
            }
            looked.addAll(timers.due(now));
            try {
                again.addAll(looked);
            } catch (Throwable thrown) {
                throw failureOfAll("the keys whose windows end", thrown);
            }
            for (Object key : again) {
                try {
                    look(key);
                } catch (Throwable thrown) {
                    throw combining(key, thrown);
                }
            }
        }

        private void look(Object key) throws Exception {
            int hash = KeyTable.hash(key);
            List<Span> before = spans(table.find(key, hash));
            List<Span> after = new ArrayList<>();
            boolean changed = false;
            for (Span span : before) {
                boolean seenNow = span.end() <= now && !span.seen();
                Span kept = span;
                if (seenNow) {
                    kept = new Span(span.start(), span.end(), true, span.value());
                    changed = true;
                    next.push(
                            key,
                            new WindowedValue<>(
                                    Instant.ofEpochMilli(span.start()),
                                    Instant.ofEpochMilli(span.end()),
                                    span.value()));
                }
                if (over(span.end())) {
                    changed = true;
                    continue;
                }
                if (seenNow) {
                    timers.add(Times.plus(span.end(), lateness), key);
                }
                after.add(kept);
            }
            if (changed) {
                touched.set(key, hash, before, after.isEmpty() ? null : List.copyOf(after));
            }
        }

        @Override
        void writeAll(ChunkWriter out) {
            out.mark(reached);
            KeyTableState.writeAll(table, out);
        }

        @Override
        void writeChanges(ChunkWriter out) {
            out.mark(reached);
            touched.write(out);
        }

        @Override
        public void rollback() {
            touched.rollback();
            looked.forEach(key -> timers.add(now, key));
        }
    }
}
