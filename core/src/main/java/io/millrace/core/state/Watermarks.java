// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How far event time has come, for each state of windows over it: where the partition of its sources is that is furthest
 * behind, without those that are idle, and never less than before, unless that was {@linkplain #takeBack wrong}. Kept by the driver from what tasks report, as a state of
 * its own, which is small and written whole by each batch that changes it; so a batch that runs again sees what it saw.
 */
public final class Watermarks {
    /** The name of the state, which no state of a program may have. */
    public static final String STATE = "#watermarks";

    private static final long NONE = Long.MIN_VALUE;
    /** The key under which the watermark itself is kept, beside the partitions; no partition is called so. */
    private static final String REACHED = "";

    private final Map<String, EventTimeState> declared = new TreeMap<>();
    private final Map<String, TreeMap<String, Seen>> partitions = new TreeMap<>();
    private final Map<String, Long> reached = new TreeMap<>();
    private long paused;
    /** Whether there is something that no batch changes and the checkpoint does not have. */
    private boolean unwritten;

    /**
     * What is known of a partition.
     *
     * @param latest its latest event time
     * @param at when it last had a record: a batch time, without the time that does not count
     */
    private record Seen(long latest, long at) {}

    /** For the states of a program; what is stored of others is kept, for the version that declares them again. */
    Watermarks(List<State> states) {
        for (State state : states) {
            if (state instanceof EventTimeState windows) {
                declared.put(state.name(), windows);
                partitions.put(state.name(), new TreeMap<>());
            }
        }
    }

    /** Takes what is stored in. */
    void load(ByteReader chunk) {
        ChunkReader stored = new ChunkReader(chunk, STATE, Entries.KEYS, Entries.VALUES);
        paused = stored.mark();
        stored.forEach((key, value) -> {
            Map.Entry<?, ?> name = (Map.Entry<?, ?>) key;
            if (value instanceof Seen seen) {
                if (name.getValue().equals(REACHED)) {
                    reached.merge((String) name.getKey(), seen.latest(), Math::max);
                } else {
                    partitions
                            .computeIfAbsent((String) name.getKey(), state -> new TreeMap<>())
                            .put((String) name.getValue(), seen);
                }
            }
        });
    }

    /** A state is taken over under another name, and goes on from there; what is stored under the former stays. */
    void takeOver(String former, String state) {
        Long before = reached.get(former);
        TreeMap<String, Seen> known = partitions.get(former);
        if (before != null || known != null) {
            reached.put(state, before == null ? NONE : before);
            partitions.put(state, known == null ? new TreeMap<>() : new TreeMap<>(known));
            unwritten = true;
        }
    }

    /** The checkpoint has nothing of a state: it is new, or was forgotten, and begins where its first events are. */
    void beginAnew(String state) {
        boolean known = reached.remove(state) != null;
        TreeMap<String, Seen> before = partitions.put(state, new TreeMap<>());
        unwritten |= known || (before != null && !before.isEmpty());
    }

    /** A state had come this far, by what it stored itself before there was a watermark for each partition. */
    void before(String state, long eventTime) {
        if (!reached.containsKey(state)) {
            atLeast(state, eventTime);
        }
    }

    private void atLeast(String state, long eventTime) {
        if (eventTime != NONE) {
            reached.merge(state, eventTime, Math::max);
        }
    }

    /** How far each state has come with the batches so far; the least number, or missing, if it has seen nothing. */
    public Map<String, Long> reached() {
        return Map.copyOf(reached);
    }

    /**
     * Takes in what the tasks of a batch saw; returns what is to be written. Batches come in order.
     *
     * @param pause by how many milliseconds less than batch time everything idle has aged
     * @param tasks latest event times, by state and partition
     * @param whole whether to write everything though nothing is new
     */
    public List<StateChunk> add(
            long batchTime, long pause, Collection<Map<String, Map<String, Long>>> tasks, boolean whole) {
        paused += pause;
        boolean changed = whole || unwritten || (pause > 0 && !declared.isEmpty());
        long now = batchTime - paused;
        for (Map<String, Map<String, Long>> task : tasks) {
            for (Map.Entry<String, Map<String, Long>> seen : task.entrySet()) {
                changed |= !seen.getValue().isEmpty();
                TreeMap<String, Seen> known = partitions.computeIfAbsent(seen.getKey(), state -> new TreeMap<>());
                seen.getValue()
                        .forEach((partition, latest) -> known.merge(
                                partition,
                                new Seen(latest, now),
                                (before, here) -> new Seen(Math.max(before.latest(), here.latest()), now)));
            }
        }
        for (Map.Entry<String, EventTimeState> state : declared.entrySet()) {
            long mayBeIdle = state.getValue().idle();
            TreeMap<String, Seen> known = partitions.getOrDefault(state.getKey(), new TreeMap<>());
            changed |= known.values().removeIf(seen -> now - seen.at() > mayBeIdle);
            behind(known).ifPresent(behind -> atLeast(state.getKey(), behind));
        }
        return changed ? write(batchTime) : List.of();
    }

    private static OptionalLong behind(Map<String, Seen> known) {
        return known.values().stream().mapToLong(Seen::latest).min();
    }

    /**
     * Forgets what is further ahead than can be, before a batch that was planned at {@code present}: a partition of which
     * that was the latest, and a watermark that came to it. The watermark goes back to where the partitions are that are
     * left, or begins anew. It depends on what is stored and on the plan alone, so that a batch that runs again sees the
     * same.
     *
     * @return how far those had come that went back, by state
     */
    public Map<String, Long> takeBack(long present) {
        Map<String, Long> ahead = new TreeMap<>();
        declared.forEach((name, windows) -> {
            long latestRight = windows.latestRight(present);
            TreeMap<String, Seen> known = partitions.getOrDefault(name, new TreeMap<>());
            unwritten |= known.values().removeIf(seen -> seen.latest() > latestRight);
            long before = reached.getOrDefault(name, NONE);
            if (before > latestRight) {
                reached.put(name, behind(known).orElse(NONE));
                ahead.put(name, before);
                unwritten = true;
            }
        });
        return ahead;
    }

    private List<StateChunk> write(long batchTime) {
        unwritten = false;
        ChunkWriter chunks = new ChunkWriter(STATE, Entries.KEYS, Entries.VALUES, true, batchTime);
        chunks.mark(paused);
        reached.forEach((state, time) -> chunks.put(Map.entry(state, REACHED), new Seen(time, batchTime)));
        partitions.forEach(
                (state, known) -> known.forEach((partition, seen) -> chunks.put(Map.entry(state, partition), seen)));
        return chunks.finish();
    }

    /** How they are stored: by state and partition, a time and the batch that had it. */
    private static final class Entries {
        static final Codec<Object> KEYS = erase(new Names());
        static final Codec<Object> VALUES = erase(new SeenCodec());

        private Entries() {}

        @SuppressWarnings("unchecked") // what it is given is of the right type
        private static Codec<Object> erase(Codec<?> codec) {
            return (Codec<Object>) codec;
        }
    }

    private static final class Names implements Codec<Map.Entry<String, String>> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "state-partition";
        }

        @Override
        public void encode(Map.Entry<String, String> value, ByteWriter out) {
            Codecs.STRING.encode(value.getKey(), out);
            Codecs.STRING.encode(value.getValue(), out);
        }

        @Override
        public Map.Entry<String, String> decode(ByteReader in, int version) {
            String state = in.readString();
            return Map.entry(state, in.readString());
        }
    }

    private static final class SeenCodec implements Codec<Seen> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "seen";
        }

        @Override
        public void encode(Seen value, ByteWriter out) {
            out.writeZigZag(value.latest());
            out.writeZigZag(value.at());
        }

        @Override
        public Seen decode(ByteReader in, int version) {
            long latest = in.readZigZag();
            return new Seen(latest, in.readZigZag());
        }
    }
}
