// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.api.source.Position;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An appender that passes everything on to another and notes what breaks the protocol of {@link RecordAppender}: two
 * threads at once, records out of order or before their partition's start is known, a record that was refused and is not
 * appended next, tokens that do not grow, and whatever is appended while the receiver is paused, after it asked for a
 * restart or after it was stopped. Takes one thread at a time, and notes it if there are more.
 *
 * @since 0.1
 */
public final class CheckedAppender implements RecordAppender {
    /** The call that was under way when the receiver was paused. */
    private static final int LATE_CALLS = 1;

    private final RecordAppender engine;
    private final Guarantee guarantee;
    private final Breaches breaches;
    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Position> next = new HashMap<>();
    private final Map<Integer, Long> refused = new HashMap<>();
    private long token = -1;
    private boolean paused;
    private int callsWhilePaused;
    private boolean restarting;
    private boolean stopped;

    /** Watches what a receiver of this guarantee does to {@code engine}. */
    public CheckedAppender(RecordAppender engine, Guarantee guarantee, Breaches breaches) {
        this.engine = requireNonNull(engine, "engine is null");
        this.guarantee = requireNonNull(guarantee, "guarantee is null");
        this.breaches = requireNonNull(breaches, "breaches is null");
    }

    /** Reading this partition begins here. */
    synchronized void begun(String partition, Position start) {
        next.putIfAbsent(partition, start);
    }

    synchronized void goesOn(String partition, Position position) {
        next.put(partition, position);
    }

    synchronized void paused(boolean now) {
        paused = now;
        callsWhilePaused = 0;
    }

    synchronized void restarting() {
        restarting = true;
    }

    synchronized void stopped() {
        stopped = true;
    }

    @Override
    public int partition(String name) {
        enter("partition '" + name + "'", false);
        try {
            int index = engine.partition(name);
            synchronized (this) {
                while (names.size() <= index) {
                    names.add("");
                }
                names.set(index, name);
            }
            return index;
        } finally {
            leave();
        }
    }

    @Override
    public boolean append(
            int partition,
            long offset,
            long after,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        enter("append at " + offset, true);
        try {
            beforeAppend(partition, offset, after);
            boolean taken = engine.append(partition, offset, after, timestamp, key, value, headers);
            afterAppend(partition, offset, taken ? Position.of(after) : null);
            return taken;
        } finally {
            leave();
        }
    }

    @Override
    public boolean append(
            int partition,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        enter("append", true);
        try {
            requireStart(partition);
            return engine.append(partition, timestamp, key, value, headers);
        } finally {
            leave();
        }
    }

    private synchronized void beforeAppend(int partition, long offset, long after) {
        requireStart(partition);
        String name = name(partition);
        Position from = next.get(name);
        if (from != null && offset < from.number()) {
            breaches.add("R-01", "appended " + offset + " of '" + name + "', where " + from + " comes next");
        }
        if (after <= offset) {
            breaches.add("R-01", "after " + offset + " of '" + name + "' comes " + after + ", which is not behind it");
        }
        Long kept = refused.get(partition);
        if (kept != null && kept != offset) {
            breaches.add("R-05", "appended " + offset + " of '" + name + "' after " + kept + " had been refused");
        }
    }

    private synchronized void afterAppend(int partition, long offset, @Nullable Position after) {
        if (after == null) {
            refused.put(partition, offset);
        } else {
            refused.remove(partition);
            next.put(name(partition), after);
        }
    }

    private synchronized void requireStart(int partition) {
        if (guarantee == Guarantee.POSITIONS && !next.containsKey(name(partition))) {
            breaches.add("R-02", "appended to '" + name(partition) + "', whose start is not known");
        }
    }

    private String name(int partition) {
        return partition >= 0 && partition < names.size() ? names.get(partition) : "partition " + partition;
    }

    @Override
    public void detail(int partition, String detail) {
        engine.detail(partition, detail);
    }

    @Override
    public void mark(int partition, Position after) {
        enter("mark " + after, true);
        try {
            synchronized (this) {
                Position before = next.get(name(partition));
                if (before != null && after.number() >= 0 && after.number() < before.number()) {
                    breaches.add("R-01", "marked " + after + " of '" + name(partition) + "' behind " + before);
                }
                next.put(name(partition), after);
            }
            engine.mark(partition, after);
        } finally {
            leave();
        }
    }

    @Override
    public void token(long covering) {
        enter("token " + covering, true);
        try {
            synchronized (this) {
                if (covering <= token) {
                    breaches.add("R-19", "the token " + covering + " comes after " + token);
                }
                token = covering;
            }
            engine.token(covering);
        } finally {
            leave();
        }
    }

    @Override
    public void onReady(Runnable wakeUp) {
        engine.onReady(wakeUp);
    }

    private void enter(String call, boolean adds) {
        Thread other = inside.getAndSet(Thread.currentThread());
        if (other != null) {
            breaches.add(
                    "R-11", call + " by " + Thread.currentThread().getName() + " within a call by " + other.getName());
        }
        synchronized (this) {
            if (!adds) {
                return;
            }
            if (stopped) {
                breaches.add("R-12", call + " after stop had returned");
            }
            if (restarting) {
                breaches.add("R-09", call + " after a restart was asked for");
            }
            if (paused && ++callsWhilePaused > LATE_CALLS) {
                breaches.add("R-07", call + " while paused");
            }
        }
    }

    private void leave() {
        inside.set(null);
    }
}
