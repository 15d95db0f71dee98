// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.watch.Sighting;
import io.millrace.core.watch.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Hands events to listeners, each behind a bounded queue and on a daemon thread of its own. Every listener sees the events
 * of one poster in the order in which they were posted; what finds its queue full is dropped for it, counted and reported,
 * to the log and to the listener itself. What is posted after {@link StreamingEvent.StreamingStopped} reaches nobody.
 * Thread-safe.
 */
public final class ListenerBus implements Watched {
    /** {@code listener.queue-size} unless it is set. */
    public static final int DEFAULT_QUEUE_SIZE = 10_000;

    private final int queueSize;
    private final StreamClock clock;
    private final CopyOnWriteArrayList<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Boolean> delivering = ThreadLocal.withInitial(() -> false);
    private long droppedByRemoved;
    private volatile boolean closed;

    /** A bus without listeners. */
    public ListenerBus(int queueSize, StreamClock clock) {
        if (queueSize < 1) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "listener.queue-size = " + queueSize + ": set it to 1 event or more");
        }
        this.queueSize = queueSize;
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Tells {@code listener} what is posted from now on, on a thread made by {@code threads}. */
    public void add(StreamingListener listener, ThreadFactory threads) {
        ListenerThread added = new ListenerThread(listener, threads, queueSize, clock, delivering);
        synchronized (this) {
            if (closed) {
                return;
            }
            listeners.add(added);
            added.start();
        }
    }

    /**
     * Tells {@code listener} nothing more: it may be within a call when this returns, but no other follows. Does nothing
     * if it is not known.
     */
    public synchronized void remove(StreamingListener listener) {
        for (ListenerThread thread : listeners) {
            if (thread.listener() == listener) {
                listeners.remove(thread);
                thread.abandon();
                droppedByRemoved += thread.dropped();
                return;
            }
        }
    }

    /** Whether posting reaches anybody; who would have to gather much for an event asks first. */
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Queues {@code event} for every listener, and returns at once. Does nothing once the bus is closed. */
    public void post(StreamingEvent event) {
        if (closed) {
            return;
        }
        for (ListenerThread thread : listeners) {
            thread.offer(event);
        }
    }

    /** Whether this thread is one on which a listener is being called: waiting here for the bus would never end. */
    public boolean onListenerThread() {
        return delivering.get();
    }

    @Override
    public void look(Consumer<Sighting> into) {
        listeners.forEach(thread -> thread.look(into));
    }

    /** How many events were dropped so far because a listener was too slow; never goes down. */
    public synchronized long dropped() {
        return droppedByRemoved
                + listeners.stream().mapToLong(ListenerThread::dropped).sum();
    }

    /**
     * Takes no more events, and waits until those that are queued were delivered, or {@code patience} ends. When this
     * returns, no listener will be called again; one may still be within a call, if that outlasted the patience. On a
     * listener's own thread this does not wait for that listener. Idempotent.
     */
    public void close(Duration patience) {
        List<ListenerThread> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayList<>(listeners);
        }
        ending.forEach(ListenerThread::end);
        long until = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        for (ListenerThread thread : ending) {
            try {
                if (!interrupted) {
                    thread.await(until);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
            thread.abandon();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
