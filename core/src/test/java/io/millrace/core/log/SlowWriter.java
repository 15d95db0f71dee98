// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.StreamClock;
import io.millrace.core.encryption.Encryption;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The smallest store there can be: appends are durable when its own thread has come to them. Fails if a frame says of the
 * log that more is durable than is.
 */
final class SlowWriter implements WalWriter {
    /** Where in a frame's header it stands up to where the segment was durable. */
    private static final int DURABLE_UP_TO = 40;

    private static final long SEGMENT = WalPosition.segment(1, 0);

    private record Append(WalPosition at, long end, Completion completion) {}

    /** Nothing ever becomes due. */
    private static final StreamClock STILL = new StreamClock() {
        @Override
        public long millis() {
            return 0;
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable action) {
            return () -> {};
        }
    };

    private final Queue<Append> underWay = new ArrayDeque<>();
    private final Thread thread = new Thread(this::sync);
    private long end;
    private long synced;
    private boolean ended;
    private @Nullable String broken;

    WalCapabilities capabilities() {
        return new WalCapabilities(WalCapabilities.Durability.PROCESS, Set.of(), 2, 1 << 20, 1 << 20, Duration.ZERO);
    }

    LogOptions options() {
        return new LogOptions(
                "log", Thread::new, STILL, TestLogs.NO_METRICS, 1 << 20, LogListener.NONE, true, Encryption.NONE);
    }

    void start() {
        thread.start();
    }

    /** Waits for the thread's end, and throws what it found. */
    void finish() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (broken != null) {
            throw new AssertionError(broken);
        }
    }

    synchronized long synced() {
        return synced;
    }

    private void sync() {
        Append next = take();
        while (next != null) {
            synchronized (this) {
                synced = next.end;
            }
            next.completion.durable(next.at);
            next = take();
        }
    }

    private synchronized @Nullable Append take() {
        while (underWay.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return underWay.poll();
    }

    @Override
    public synchronized void append(WalFrame frame, Completion completion) {
        WalPosition at = new WalPosition(SEGMENT, end);
        ByteBuffer header = frame.encode(at)[0].duplicate();
        long says = header.getLong(header.position() + DURABLE_UP_TO);
        if (says > synced) {
            broken = "a frame says that " + says + " bytes are durable, of " + synced;
        }
        end += frame.length();
        underWay.add(new Append(at, end, completion));
        notifyAll();
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public WalRecovery recovery() {
        return new WalRecovery(new WalPosition(SEGMENT, 0), new WalPosition(SEGMENT, 0), 0);
    }

    @Override
    public WalPosition durableEnd() {
        return new WalPosition(SEGMENT, synced());
    }

    @Override
    public synchronized WalPosition end() {
        return new WalPosition(SEGMENT, end);
    }

    @Override
    public void roll() {}

    @Override
    public WalPosition trim(WalPosition before) {
        return before;
    }

    @Override
    public void verifyOwnership() {}

    @Override
    public WalState state() {
        return WalState.OPEN;
    }

    @Override
    public void close() {}
}
