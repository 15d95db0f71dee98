// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.state.IdleTimers;
import io.millrace.core.state.Timers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Timers of which only those of the present are in memory. The time ahead is divided into spans; what belongs to one is
 * written to a store in pieces, and read as a whole when the span has begun.
 */
final class SpilledTimers implements Timers {
    private static final int PENDING_BYTES = 256 << 10;

    private final Codec<Object> keys;
    private final GuardedTable store;
    private final long width;
    private final IdleTimers present = new IdleTimers();
    private final TreeMap<Long, Span> ahead = new TreeMap<>();
    private final ByteWriter scratch = new ByteWriter(64);
    private long presentUntil;
    private long pending;

    /**
     * No timers.
     *
     * @param store empty
     * @param width how long a span is, in milliseconds
     */
    SpilledTimers(Codec<Object> keys, GuardedTable store, long width) {
        this.keys = keys;
        this.store = store;
        this.width = width;
    }

    @Override
    public void add(long at, Object key) {
        if (at < presentUntil) {
            present.add(at, key);
            return;
        }
        store.check();
        Span span = ahead.computeIfAbsent(Math.floorDiv(at, width), number -> new Span());
        int before = span.pending.size();
        scratch.clear();
        keys.encode(key, scratch);
        span.pending.writeZigZag(at);
        span.pending.writeBytes(scratch.array(), 0, scratch.size());
        pending += span.pending.size() - before;
        if (pending > PENDING_BYTES) {
            write();
        }
    }

    @Override
    public List<Object> due(long now) {
        store.check();
        while (!ahead.isEmpty() && ahead.firstKey() * width <= now) {
            Map.Entry<Long, Span> begun = ahead.pollFirstEntry();
            read(begun.getKey(), begun.getValue());
        }
        presentUntil = Math.max(presentUntil, (Math.floorDiv(now, width) + 1) * width);
        return present.due(now);
    }

    /** All spans: the pieces of one are as long as there are few spans, and there are never many. */
    private void write() {
        ahead.forEach((number, span) -> {
            if (span.pending.size() > 0) {
                store.put(name(number, span.pieces), span.pending.toByteArray());
                span.pieces++;
                span.pending = new ByteWriter(0);
            }
        });
        pending = 0;
    }

    private void read(long number, Span span) {
        for (int piece = 0; piece < span.pieces; piece++) {
            byte[] name = name(number, piece);
            byte[] stored = store.get(name);
            if (stored == null) {
                throw store.fail("it has lost timers", null);
            }
            read(new ByteReader(stored));
            store.remove(name);
        }
        pending -= span.pending.size();
        read(new ByteReader(span.pending.toByteArray()));
    }

    private void read(ByteReader timers) {
        while (timers.remaining() > 0) {
            long at = timers.readZigZag();
            present.add(at, keys.decode(new ByteReader(timers.readBytes()), keys.version()));
        }
    }

    private static byte[] name(long number, int piece) {
        ByteWriter name = new ByteWriter(12);
        name.writeLong(number);
        name.writeInt(piece);
        return name.toByteArray();
    }

    /** What belongs to one span of time. */
    private static final class Span {
        private ByteWriter pending = new ByteWriter(0);
        private int pieces;
    }
}
