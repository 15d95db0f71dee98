// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.ForwardingWalWriter;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A store in memory, {@code held:}, that a test may keep from answering the appends to one log from a certain size on:
 * those of large frames wait until they are let go, and what comes behind them waits, too, as completions come in order.
 */
public final class HeldStoreProvider implements WalStoreProvider {
    public static final URI LOCATION = URI.create("held:logs");

    private final Memory memory = new Memory();
    private final String log;
    private final int heldFrom;
    private final Deque<Runnable> withheld = new ArrayDeque<>();
    private boolean holding;
    private long largeFrames;
    private long sinceLarge;
    private long mostSinceLarge;

    /**
     * @param log whose answers may be withheld
     * @param heldFrom how many bytes a frame has that counts as large
     */
    public HeldStoreProvider(String log, int heldFrom) {
        this.log = log;
        this.heldFrom = heldFrom;
    }

    /** From now on large frames are not answered. */
    public synchronized void hold() {
        holding = true;
    }

    /** Answers everything that waits. */
    public void release() {
        synchronized (this) {
            holding = false;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized Runnable next() {
        return withheld.poll();
    }

    /** How many answers wait. */
    synchronized int withheld() {
        return withheld.size();
    }

    /** How many large frames were answered. */
    synchronized long largeFrames() {
        return largeFrames;
    }

    /** The most bytes of frames that came after a large one was answered and before the next one was. */
    synchronized long mostSinceLarge() {
        return mostSinceLarge;
    }

    @Override
    public String name() {
        return "held";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        return new HeldStore(new InMemoryWalStore(memory));
    }

    private void append(WalWriter writer, WalFrame frame, WalWriter.Completion completion) {
        boolean large = frame.length() >= heldFrom;
        synchronized (this) {
            if (!large) {
                sinceLarge += frame.length();
                mostSinceLarge = Math.max(mostSinceLarge, sinceLarge);
            }
        }
        writer.append(frame, new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                answer(large, () -> {
                    counted(large);
                    completion.durable(at);
                });
            }

            @Override
            public void failed(WalException failure) {
                answer(large, () -> completion.failed(failure));
            }
        });
    }

    private synchronized void counted(boolean large) {
        if (large) {
            largeFrames++;
            sinceLarge = 0;
        }
    }

    private void answer(boolean large, Runnable answer) {
        synchronized (this) {
            if (!withheld.isEmpty() || (holding && large)) {
                withheld.add(answer);
                return;
            }
        }
        answer.run();
    }

    private final class HeldStore extends ForwardingWalStore {
        HeldStore(WalStore store) {
            super(store);
        }

        @Override
        public WalWriter open(String name, long epoch) {
            WalWriter writer = super.open(name, epoch);
            return name.equals(log) ? new HeldWriter(writer) : writer;
        }
    }

    private final class HeldWriter extends ForwardingWalWriter {
        HeldWriter(WalWriter writer) {
            super(writer);
        }

        @Override
        public void append(WalFrame frame, Completion completion) {
            HeldStoreProvider.this.append(delegate(), frame, completion);
        }

        @Override
        public void close() {
            release(); // a log that closes waits for its answers
            super.close();
        }
    }
}
