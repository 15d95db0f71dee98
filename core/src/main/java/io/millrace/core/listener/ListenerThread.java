// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.call.OwnThreads;
import io.millrace.core.failure.Failures;
import io.millrace.core.watch.Sighting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener, its queue and its thread. A thread that slept stays asleep a moment longer: a short batch posts half a
 * dozen events within a millisecond, and waking somebody costs more than any of them.
 */
final class ListenerThread {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerBus.class);

    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final StreamingListener listener;
    private final int queueSize;
    private final ThreadLocal<Boolean> delivering;
    private final StreamClock clock;
    private final Thread thread;
    private final Complaints drops;
    private final Complaints failures;

    // guarded by this
    private final ArrayDeque<StreamingEvent> queue = new ArrayDeque<>();
    private long dropped;
    private long untold;
    private boolean asleep;
    private @Nullable StreamingEvent current;
    private long delivered;
    private boolean ending;

    ListenerThread(
            StreamingListener listener,
            ThreadFactory threads,
            int queueSize,
            StreamClock clock,
            ThreadLocal<Boolean> delivering) {
        this.listener = requireNonNull(listener, "listener is null");
        this.queueSize = queueSize;
        this.delivering = delivering;
        this.clock = clock;
        this.drops = new Complaints(clock);
        this.failures = new Complaints(clock);
        this.thread = requireNonNull(threads.newThread(this::run), "the thread factory made no thread");
        this.thread.setDaemon(true);
    }

    StreamingListener listener() {
        return listener;
    }

    synchronized long dropped() {
        return dropped;
    }

    void start() {
        thread.start();
    }

    void offer(StreamingEvent event) {
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = event instanceof StreamingStopped; // nothing comes after it, and it always has a place
            if (queue.size() < queueSize || ending) {
                if (untold > 0) {
                    queue.addLast(new EventsDropped(Instant.ofEpochMilli(clock.millis()), untold));
                    untold = 0;
                }
                queue.addLast(event);
                if (asleep) {
                    asleep = false;
                    notify();
                }
                return;
            }
            dropped++;
            untold++;
        }
        report(drops.add());
    }

    /** Takes no more events; the thread ends when those that are queued were delivered. */
    synchronized void end() {
        ending = true;
        notify();
    }

    /**
     * Waits until the thread ended or {@link System#nanoTime()} is {@code until}; not on the thread itself, nor for one that
     * ends the JVM.
     */
    void await(long until) throws InterruptedException {
        long left = until - System.nanoTime();
        if (left > 0 && Thread.currentThread() != thread && !OwnThreads.exits(thread)) {
            TimeUnit.NANOSECONDS.timedJoin(thread, left);
        }
    }

    /** Forgets what is still queued: the listener is not called again. */
    void abandon() {
        int undelivered;
        synchronized (this) {
            ending = true;
            undelivered = queue.size();
            dropped += undelivered;
            queue.clear();
            notify();
        }
        report(drops.rest());
        if (undelivered > 0) {
            LOG.warn(
                    "Listener {} was not told {} events: it took too long over those before them",
                    listener.getClass().getName(),
                    undelivered);
        }
    }

    private void run() {
        delivering.set(true);
        while (gather()) {
            for (StreamingEvent event = next(); event != null; event = next()) {
                deliver(event);
            }
        }
        long failed = failures.rest();
        if (failed > 0) {
            LOG.warn("Listener {} failed {} more times", listener.getClass().getName(), failed);
        }
    }

    private void deliver(StreamingEvent event) {
        try (ForeignCall told = ForeignCall.begin()) {
            listener.onEvent(event);
        } catch (Throwable e) {
            long failed = failures.add();
            if (failed > 0) {
                Failures.warn(
                        LOG,
                        "Listener {} failed on {} ({} failures since the last report); it is told the next event",
                        listener.getClass().getName(),
                        event.getClass().getSimpleName(),
                        failed,
                        e);
            }
        }
    }

    /** Waits for an event, and for those that come right behind it; false if there will be none. */
    private boolean gather() {
        if (sleep()) {
            LockSupport.parkNanos(this, GATHER_NANOS);
        }
        synchronized (this) {
            return !queue.isEmpty() || !ending;
        }
    }

    /** Sleeps until there is something to do; returns whether events may follow. */
    private synchronized boolean sleep() {
        boolean slept = false;
        while (queue.isEmpty() && !ending) {
            asleep = true;
            slept = true;
            try {
                wait();
            } catch (InterruptedException e) {
                // an interrupt left over from the listener's own doings ends nothing here
                LOG.debug("Listener {} was interrupted", listener.getClass().getName());
            }
        }
        asleep = false;
        return slept && !ending;
    }

    private synchronized @Nullable StreamingEvent next() {
        current = queue.pollFirst();
        delivered++;
        return current;
    }

    /** Tells of the event that the listener is told, if it is told one. */
    synchronized void look(Consumer<Sighting> into) {
        StreamingEvent told = current;
        if (told != null) {
            String what = "listener " + listener.getClass().getName() + ", which is told "
                    + told.getClass().getSimpleName();
            into.accept(Sighting.of(what, delivered, thread));
        }
    }

    private void report(long drops) {
        if (drops > 0) {
            LOG.warn(
                    "Listener {} is too slow: {} events were dropped since the last report (listener.queue-size = {})",
                    listener.getClass().getName(),
                    drops,
                    queueSize);
        }
    }
}
