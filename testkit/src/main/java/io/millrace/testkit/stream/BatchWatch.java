// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Waits for what a context says that it did. */
final class BatchWatch implements StreamingListener {
    private static final int KEPT = 20;

    private final Outputs outputs;
    private final Deque<String> events = new ArrayDeque<>();
    private final Set<Instant> committed = new HashSet<>();
    private boolean stopped;

    BatchWatch(Outputs outputs) {
        this.outputs = outputs;
    }

    /** What came first. */
    enum Seen {
        COMMITTED,
        STOPPED,
        NOTHING
    }

    @Override
    public synchronized void onEvent(StreamingEvent event) {
        events.addLast(event.getClass().getSimpleName());
        if (events.size() > KEPT) {
            events.removeFirst();
        }
        if (event instanceof StreamingEvent.BatchCommitted batch) {
            committed.add(batch.batchTime());
            outputs.committed(batch.batchTime());
        } else if (event instanceof StreamingEvent.StreamingStopped) {
            stopped = true;
        }
        notifyAll();
    }

    synchronized Seen await(Instant batch, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!committed.contains(batch) && !stopped && until > System.nanoTime()) {
            wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
        if (committed.contains(batch)) {
            return Seen.COMMITTED;
        }
        return stopped ? Seen.STOPPED : Seen.NOTHING;
    }

    synchronized void awaitStopped(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!stopped && until > System.nanoTime()) {
            wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
    }

    synchronized List<String> events() {
        return new ArrayList<>(events);
    }
}
