// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.watch.Sighting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which one receiver is called, one call at a time, each with a watch: who asks for a call never waits for
 * it, and a call that throws or does not return is reported instead. Everything else is thread-safe.
 */
final class CallThread {
    private final StreamClock clock;
    private final Watcher watcher;
    private final Thread thread;

    // guarded by this
    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private @Nullable Call running;
    private boolean ending;

    CallThread(ThreadFactory threads, StreamClock clock, Watcher watcher) {
        this.clock = clock;
        this.watcher = watcher;
        this.thread = requireNonNull(threads.newThread(this::run), "the thread factory made no thread");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks for a call. It is reported as hung when it has run for {@code limit}; nobody stops it, though. */
    synchronized void call(String name, Duration limit, Body body) {
        if (!ending) {
            queue.addLast(new Call(name, limit, body));
            notify();
        }
    }

    /** Tells of the call that runs, if one does. */
    synchronized void look(String receiver, Consumer<Sighting> into) {
        Call call = running;
        if (call != null) {
            into.accept(Sighting.of(receiver + ", which was told to " + call.name, call, thread));
        }
    }

    /** Takes no more calls; the thread ends after those that were asked for. */
    synchronized void end() {
        ending = true;
        notify();
    }

    /**
     * Gives the thread up because a call hangs: drops the calls that wait, interrupts the one that runs, and makes
     * {@code cleanUp} the last if it ever returns.
     */
    synchronized void abandon(String name, Body cleanUp) {
        ending = true;
        queue.clear();
        queue.addLast(new Call(name, null, cleanUp));
        notify();
        if (running != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            for (Call call = next(); call != null; call = next()) {
                run(call);
            }
        } finally {
            watcher.ended();
        }
    }

    private void run(Call call) {
        Duration limit = call.limit;
        StreamClock.Cancellable watch = limit == null ? () -> {} : clock.schedule(limit, () -> overdue(call));
        Throwable failure = null;
        try (ForeignCall receiver = ForeignCall.begin()) {
            call.body.run();
        } catch (Throwable e) {
            failure = e;
        }
        watch.cancel();
        finished();
        if (failure != null) {
            watcher.failed(call.name, failure);
        }
    }

    private void overdue(Call call) {
        synchronized (this) {
            if (running != call) {
                return;
            }
        }
        watcher.hung(call.name);
    }

    private synchronized @Nullable Call next() {
        while (queue.isEmpty() && !ending) {
            try {
                wait();
            } catch (InterruptedException e) {
                // whoever interrupts this thread between two calls means something else: wait on
            }
        }
        running = queue.pollFirst();
        return running;
    }

    /** The interrupt that was meant for a call does not outlive it. */
    private synchronized void finished() {
        running = null;
        Thread.interrupted();
    }

    /** What is called. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    /** Is told what becomes of calls, on any thread. */
    interface Watcher {
        /** The call threw. */
        void failed(String call, Throwable failure);

        /** The call has not returned in time. It may still return, or throw. */
        void hung(String call);

        /** The thread has nothing more to do. */
        void ended();
    }

    private static final class Call {
        final String name;
        final @Nullable Duration limit;
        final Body body;

        Call(String name, @Nullable Duration limit, Body body) {
            this.name = name;
            this.limit = limit;
            this.body = body;
        }
    }
}
