// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.ForwardingWalWriter;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Logs in memory whose store answers as a test wants: late, or that nobody knows what became of an append, which it has
 * made or has not. One log fails while the others go on, as disks of their own do.
 */
final class GatedStore implements WalStoreProvider {
    static final URI PLACE = URI.create("gated:///program");

    private final Memory memory = new Memory(16 << 10);
    private final Map<String, Gate> gates = new HashMap<>();

    /** What a log's appends come through, in whatever process. */
    private static final class Gate {
        private final Queue<Runnable> heldBack = new ArrayDeque<>();
        private boolean held;
        private int failIn;
        private boolean applied;
        private boolean failed;
        private int answers;
    }

    private synchronized Gate gate(String log) {
        return gates.computeIfAbsent(log, name -> new Gate());
    }

    /** Makes no append of a log from now on, and answers none. */
    void hold(String log) {
        Gate gate = gate(log);
        synchronized (gate) {
            gate.held = true;
        }
    }

    /** Makes what was held back, in order. */
    void release(String log) {
        Gate gate = gate(log);
        synchronized (gate) {
            gate.held = false;
            gate.heldBack.forEach(Runnable::run);
            gate.heldBack.clear();
        }
    }

    /** Says of the {@code nth} append from now, and of all that follow, that nobody knows what became of them. */
    void failAt(String log, int nth, boolean applied) {
        Gate gate = gate(log);
        synchronized (gate) {
            gate.failIn = nth;
            gate.applied = applied;
        }
    }

    /** The next process finds a store that works. */
    synchronized void mend() {
        gates.values().forEach(gate -> {
            synchronized (gate) {
                gate.held = false;
                gate.heldBack.clear();
                gate.failIn = 0;
                gate.failed = false;
            }
        });
    }

    /** How many appends of a log wait for it to be released. */
    int heldBack(String log) {
        Gate gate = gate(log);
        synchronized (gate) {
            return gate.heldBack.size();
        }
    }

    /** How many appends of a log were said to be durable. */
    int answers(String log) {
        Gate gate = gate(log);
        synchronized (gate) {
            return gate.answers;
        }
    }

    /** Whether an append of a log failed. */
    boolean failed(String log) {
        Gate gate = gate(log);
        synchronized (gate) {
            return gate.failed;
        }
    }

    /** The logs as they are, for somebody who only looks. */
    WalStore logs() {
        return new InMemoryWalStore(memory);
    }

    @Override
    public String name() {
        return "gated";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        return new Store(new InMemoryWalStore(memory));
    }

    private final class Store extends ForwardingWalStore {
        Store(WalStore delegate) {
            super(delegate);
        }

        @Override
        public WalWriter open(String log, long epoch) {
            return new Writer(super.open(log, epoch), gate(log));
        }
    }

    private static final class Writer extends ForwardingWalWriter {
        private final Gate gate;

        Writer(WalWriter delegate, Gate gate) {
            super(delegate);
            this.gate = gate;
        }

        @Override
        public void append(WalFrame frame, Completion completion) {
            synchronized (gate) {
                if (gate.held) {
                    gate.heldBack.add(() -> appendNow(frame, completion));
                } else {
                    appendNow(frame, completion);
                }
            }
        }

        private void appendNow(WalFrame frame, Completion completion) {
            boolean fails = gate.failed || --gate.failIn == 0;
            if (fails && (gate.failed || !gate.applied)) {
                gate.failed = true;
                completion.failed(lost());
                return;
            }
            delegate().append(frame, new Completion() {
                @Override
                public void durable(WalPosition at) {
                    if (fails) {
                        gate.failed = true;
                        completion.failed(lost());
                    } else {
                        gate.answers++;
                        completion.durable(at);
                    }
                }

                @Override
                public void failed(WalException failure) {
                    completion.failed(failure);
                }
            });
        }

        private static WalException lost() {
            return new WalException(Reason.INDETERMINATE, Outcome.UNKNOWN, "the answer was lost on its way", null);
        }
    }
}
