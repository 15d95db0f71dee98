// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.LongAccumulator;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The accumulators of a program: what the running task adds, the totals of the batches that were computed, which are a
 * state of their own, and the totals that are shown: those of the batch whose outputs are called. The next one may be
 * computed meanwhile. The state is small, and written whole by each batch that adds.
 */
public final class Accumulators {
    /** The name of the state, which no state of a program may have. */
    public static final String STATE = "#accumulators";

    private static final Codec<Object> NAMES = erase(Codecs.STRING);
    private static final Codec<Object> NUMBERS = erase(Codecs.LONG);
    private static final ThreadLocal<Adding> TASK = ThreadLocal.withInitial(Adding::new);

    private final Map<String, Long> computed = new TreeMap<>();
    private boolean changed;
    private final Map<String, Long> shown = new ConcurrentHashMap<>();

    /** Declares one. */
    public LongAccumulator declare(String name) {
        shown.put(name, 0L);
        return new Named(name);
    }

    @SuppressWarnings("unchecked") // what it is given is of the right type
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    /** Takes what is stored in; accumulators that the program does not declare are kept. */
    public void load(ByteReader chunk) {
        new ChunkReader(chunk, STATE, NAMES, NUMBERS).forEach((name, number) -> {
            if (number != null) {
                computed.put((String) name, (Long) number);
                shown.put((String) name, (Long) number);
            }
        });
    }

    /** A task begins on this thread. */
    public static void begin() {
        TASK.get().running = true;
    }

    /** The task of this thread is over. */
    public static Map<String, Long> end() {
        Adding adding = TASK.get();
        Map<String, Long> added = adding.added;
        adding.running = false;
        adding.added = null;
        return added == null ? Map.of() : added;
    }

    /** Takes in what a task of a batch added. Batches come in order. */
    public void add(Map<String, Long> added) {
        changed |= !added.isEmpty();
        added.forEach((name, number) -> computed.merge(name, number, Long::sum));
    }

    /**
     * A batch has no more tasks; returns what is to be written.
     *
     * @param whole whether to write the totals though nothing was added
     */
    public List<StateChunk> written(long batchTime, boolean whole) {
        if (!changed && !whole) {
            return List.of();
        }
        changed = false;
        ChunkWriter chunks = new ChunkWriter(STATE, NAMES, NUMBERS, true, batchTime);
        computed.forEach(chunks::put);
        return chunks.finish();
    }

    /** The totals as they are after all batches computed so far; to be given back when outputs of the last are called. */
    public Map<String, Long> totals() {
        return Map.copyOf(computed);
    }

    /** Outputs of the batch with these totals are called from now on. */
    public void show(Map<String, Long> totals) {
        shown.putAll(totals);
    }

    /** What the task of a thread has added. */
    private static final class Adding {
        private boolean running;
        private @Nullable Map<String, Long> added;
    }

    private final class Named implements LongAccumulator {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void add(long number) {
            Adding adding = TASK.get();
            if (!adding.running) {
                throw new IllegalStateException("accumulator '" + name
                        + "' is added to outside the functions of operators: move the call into one");
            }
            Map<String, Long> added = adding.added;
            if (added == null) {
                added = new HashMap<>();
                adding.added = added;
            }
            added.merge(name, number, Long::sum);
        }

        @Override
        public long value() {
            return shown.getOrDefault(name, 0L);
        }
    }
}
