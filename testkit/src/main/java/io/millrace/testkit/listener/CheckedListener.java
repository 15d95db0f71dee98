// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import static java.util.Objects.requireNonNull;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.BatchSubmitted;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingEvent.OutputOperationCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A listener that hands everything on to another and notes wherever the engine breaks what it owes to a listener, clauses
 * L-20 and following of {@code docs/spec/listener.md}: one call at a time, the steps of a batch in order, nothing after the
 * end or after the close. For one run of one context; a program that is started again gets another. Thread-safe.
 *
 * @since 0.1
 */
public final class CheckedListener implements StreamingListener, AutoCloseable {
    private final StreamingListener listener;
    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private final List<String> breaches = new ArrayList<>();
    private final Map<Instant, Step> batches = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();
    private final Map<String, Long> incarnations = new HashMap<>();
    private boolean dropped;
    private boolean stopped;
    private boolean closed;
    private long events;

    private enum Step {
        NONE,
        SUBMITTED,
        STARTED,
        COMPLETED,
        COMMITTED
    }

    /** Watches what {@code listener} is told. */
    public CheckedListener(StreamingListener listener) {
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** Watches what a listener is told that handles no event itself. */
    public CheckedListener() {
        this(new StreamingListener() {});
    }

    /** What was broken, each with its clause. */
    public List<String> breaches() {
        synchronized (breaches) {
            return List.copyOf(breaches);
        }
    }

    /** How many events came. */
    public synchronized long events() {
        return events;
    }

    /** Whether the end came. */
    public synchronized boolean isStopped() {
        return stopped;
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    private void breach(String clause, String what) {
        synchronized (breaches) {
            breaches.add(clause + ": " + what);
        }
    }

    @Override
    public void onEvent(StreamingEvent event) {
        Thread other = inside.getAndSet(Thread.currentThread());
        if (other != null) {
            breach(
                    "L-20",
                    event + " came on " + Thread.currentThread().getName() + " within a call on " + other.getName());
        }
        try {
            check(event);
            listener.onEvent(event);
        } finally {
            inside.set(null);
        }
    }

    private synchronized void check(StreamingEvent event) {
        events++;
        if (closed) {
            breach("L-23", event + " came after the close");
        } else if (stopped) {
            breach("L-22", event + " came after the end");
        }
        if (event instanceof EventsDropped) {
            dropped = true;
        } else if (event instanceof StreamingStopped) {
            stopped = true;
        } else if (event instanceof BatchSubmitted e) {
            step(e.batch().batchTime(), Step.NONE, Step.SUBMITTED, event);
        } else if (event instanceof BatchStarted e) {
            step(e.batch().batchTime(), Step.SUBMITTED, Step.STARTED, event);
        } else if (event instanceof BatchCompleted e) {
            step(e.batch().batchTime(), Step.STARTED, Step.COMPLETED, event);
        } else if (event instanceof BatchCommitted e) {
            step(e.batchTime(), Step.COMPLETED, Step.COMMITTED, event);
        } else if (event instanceof OutputOperationStarted e) {
            if (!outputs.add(e.operation().batchTime() + "/" + e.operation().index()) && !dropped) {
                breach("L-21", event + " came twice");
            }
        } else if (event instanceof OutputOperationCompleted e) {
            if (!outputs.remove(e.operation().batchTime() + "/" + e.operation().index()) && !dropped) {
                breach("L-21", event + " came without a start");
            }
        } else if (event instanceof ReceiverStarted e) {
            Long before = incarnations.put(e.receiver().stream(), e.receiver().incarnation());
            if (before != null && before >= e.receiver().incarnation()) {
                breach("L-24", event + " came after that of incarnation " + before);
            }
        }
    }

    private void step(Instant batch, Step before, Step after, StreamingEvent event) {
        Step was = batches.getOrDefault(batch, Step.NONE);
        if (was != before && !dropped) {
            breach("L-21", event + " came when the batch was " + was);
        }
        batches.put(batch, after);
        if (after == Step.COMMITTED) {
            batches.remove(batch);
        }
    }

    @Override
    public void close() throws Exception {
        synchronized (this) {
            if (closed) {
                breach("L-23", "closed again");
            }
            closed = true;
        }
        if (listener instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
