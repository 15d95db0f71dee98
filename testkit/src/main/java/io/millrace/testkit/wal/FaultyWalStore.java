// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that fails when a test tells it to, around one that works. Appends are counted over all its writers, from 1,
 * including appends that fail; completions can be held back, so that a test decides what is under way. Thread-safe.
 *
 * @since 0.1
 */
public final class FaultyWalStore extends ForwardingWalStore {
    private final WalCapabilities capabilities;
    private final Map<Integer, Fault> faults = new TreeMap<>();
    private final Deque<Runnable> withheld = new ArrayDeque<>();
    private boolean holding;
    private int appends;

    /** How an append fails. */
    private record Fault(Reason reason, Outcome outcome, boolean applied) {}

    private FaultyWalStore(WalStore store, WalCapabilities capabilities) {
        super(store);
        this.capabilities = capabilities;
    }

    /** A store that does what {@code store} does until it is told otherwise. */
    public static FaultyWalStore over(WalStore store) {
        return new FaultyWalStore(store, store.capabilities());
    }

    /** A store that says of itself what {@code capabilities} say: more in flight, a linger, a smaller batch. */
    public static FaultyWalStore over(WalStore store, WalCapabilities capabilities) {
        return new FaultyWalStore(store, capabilities);
    }

    /** Lets the {@code nth} append fail without being stored. */
    public synchronized void failAppend(int nth, Reason reason, Outcome outcome) {
        faults.put(nth, new Fault(reason, outcome, false));
    }

    /** Lets the {@code nth} append be stored, and its completion say that the outcome is not known. */
    public synchronized void loseAnswer(int nth) {
        faults.put(nth, new Fault(Reason.INDETERMINATE, Outcome.UNKNOWN, true));
    }

    /** Lets every append from the {@code nth} on fail with {@code FULL}, until {@link #makeRoom}. */
    public synchronized void fillUp(int nth) {
        faults.put(-nth, new Fault(Reason.FULL, Outcome.NOT_APPENDED, false));
    }

    /** Ends what {@link #fillUp} began. */
    public synchronized void makeRoom() {
        faults.keySet().removeIf(nth -> nth < 0);
    }

    /** Holds completions back from now on, until {@link #release} or {@link #releaseOne}. */
    public synchronized void hold() {
        holding = true;
    }

    /** Calls the completions that are held back, in order, on this thread, and holds no more back. */
    public void release() {
        synchronized (this) {
            holding = false;
        }
        while (releaseOne()) {
            // until none is left
        }
    }

    /** Calls the first completion that is held back, on this thread; whether there was one. */
    public boolean releaseOne() {
        Runnable next;
        synchronized (this) {
            next = withheld.poll();
        }
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    /** How many completions are held back. */
    public synchronized int withheld() {
        return withheld.size();
    }

    /** How many appends were tried. */
    public synchronized int appends() {
        return appends;
    }

    @Override
    public WalCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public WalWriter open(String log, long epoch) {
        return new FaultyWalWriter(this, super.open(log, epoch));
    }

    /** Counts an append and says what happens to it. */
    synchronized Plan nextAppend() {
        appends++;
        Fault fault = faults.get(appends);
        for (Map.Entry<Integer, Fault> lasting : faults.entrySet()) {
            if (lasting.getKey() < 0 && appends >= -lasting.getKey()) {
                fault = lasting.getValue();
            }
        }
        if (fault == null) {
            return new Plan(true, null);
        }
        return new Plan(
                fault.applied,
                new WalException(
                        fault.reason, fault.outcome, "append " + appends + " fails because a test says so", null));
    }

    /** Answers now, or when the test releases it. */
    void answer(Runnable completion) {
        synchronized (this) {
            if (holding || !withheld.isEmpty()) {
                withheld.add(completion);
                return;
            }
        }
        completion.run();
    }

    /**
     * What happens to an append.
     *
     * @param store whether it is stored
     * @param failure what its completion is told; null if the truth
     */
    record Plan(boolean store, @Nullable WalException failure) {}
}
