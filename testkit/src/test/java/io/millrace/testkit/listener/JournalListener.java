// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingEvent.TicksCoalesced;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.PluginContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keeps a journal in memory, written by a thread of its own, as it should be done but for one flaw. */
final class JournalListener implements StreamingListener, AutoCloseable {
    private static final String END = "";

    private final ListenerFlaw flaw;
    private final Set<String> locked;
    private final List<JournalListener> sisters;
    private final Thread maker = Thread.currentThread();
    private final Thread writer;
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final List<String> journal = new ArrayList<>();
    private final Set<Instant> begun = new HashSet<>();
    private boolean told;
    private volatile boolean closed;

    /**
     * A listener.
     *
     * @param locked the journals that a run has locked
     * @param sisters those that the same provider made
     */
    JournalListener(PluginContext context, ListenerFlaw flaw, Set<String> locked, List<JournalListener> sisters) {
        this.flaw = flaw;
        this.locked = locked;
        this.sisters = sisters;
        writer = context.threads().newThread(this::write);
        writer.start();
        if (flaw == ListenerFlaw.LEAKS_A_THREAD) {
            context.threads().newThread(JournalProvider::waitLong).start();
        }
    }

    private void write() {
        try {
            for (String line = queue.take(); !line.equals(END); line = queue.take()) {
                journal.add(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onEvent(StreamingEvent event) {
        told = true;
        if (closed && flaw == ListenerFlaw.CLOSES_ITS_SISTERS) {
            throw new IllegalStateException("the journal is closed");
        }
        if (locked.contains("journal")) {
            throw new IllegalStateException("the journal is locked by the run before");
        }
        if (event instanceof StreamingStopped && flaw == ListenerFlaw.KEEPS_ITS_JOURNAL_LOCKED) {
            locked.add("journal");
        }
        if (event instanceof ReceiverError error && flaw == ListenerFlaw.THROWS_WITHOUT_A_STACK_TRACE) {
            queue.add(error.stackTrace().orElseThrow());
        }
        if (event instanceof TicksCoalesced && flaw == ListenerFlaw.LEAVES_ITS_THREAD_INTERRUPTED) {
            Thread.currentThread().interrupt();
        }
        if (flaw == ListenerFlaw.NEEDS_A_START) {
            requireStart(event);
        }
        if (flaw == ListenerFlaw.IS_SLOW) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
        queue.add(event.toString());
    }

    private void requireStart(StreamingEvent event) {
        if (event instanceof BatchStarted started) {
            begun.add(started.batch().batchTime());
        }
        if (event instanceof BatchCompleted completed
                && !begun.contains(completed.batch().batchTime())) {
            throw new IllegalStateException("a batch was completed that was not started");
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (closed && flaw == ListenerFlaw.THROWS_WHEN_CLOSED_AGAIN) {
            throw new IllegalStateException("closed already");
        }
        if (!told && flaw == ListenerFlaw.THROWS_WHEN_CLOSED_UNTOLD) {
            throw new IllegalStateException("nobody told anything");
        }
        if (maker != Thread.currentThread() && flaw == ListenerFlaw.MUST_BE_CLOSED_BY_ITS_MAKER) {
            throw new IllegalStateException(
                    "closed by " + Thread.currentThread().getName());
        }
        closed = true;
        queue.add(END);
        writer.join();
        if (flaw == ListenerFlaw.CLOSES_ITS_SISTERS) {
            sisters.forEach(sister -> sister.closed = true);
        }
    }
}
