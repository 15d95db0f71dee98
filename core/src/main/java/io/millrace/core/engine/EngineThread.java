// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.call.ForeignCall;
import io.millrace.core.call.Patient;
import io.millrace.core.watch.Sighting;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread that owns the ledger and every decision: takes small tasks from any thread and runs them one after another.
 * A task that throws is handed to the failure handler; the thread goes on, so that stopping still works.
 */
public final class EngineThread implements Patient {
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile Consumer<Throwable> onFailure = failure -> {};
    private volatile boolean closing;
    private volatile boolean closed;

    /** Counts beginnings and ends of tasks; only by the thread, read by whoever looks, who may be late. */
    private long turns;

    public EngineThread(ThreadFactory threads) {
        this.thread = threads.newThread(this::run);
        thread.start();
    }

    /** Says who is told of a task that throws. */
    public void onFailure(Consumer<Throwable> handler) {
        onFailure = handler;
    }

    /** Runs {@code task} on the engine's thread, after those before it. After closing, it is dropped. */
    public void execute(Runnable task) {
        if (!closed) {
            mailbox.add(task);
        }
    }

    /** Whether the caller is this thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Whether it runs what it was given, and then ends. */
    boolean isClosing() {
        return closing;
    }

    /** Whether it has ended, or runs its last task, which is interrupted. */
    boolean isClosed() {
        return closed;
    }

    /** Tells of the task that runs, if one does. */
    public void look(String what, Consumer<Sighting> into) {
        long now = turns;
        if ((now & 1) == 1) {
            into.accept(Sighting.of(what, now, thread));
        }
    }

    private void run() {
        while (!closed) {
            try {
                Runnable task = mailbox.take();
                turns++;
                try (ForeignCall unknown = ForeignCall.begin()) {
                    task.run();
                }
            } catch (InterruptedException e) {
                // whoever interrupts this thread between two tasks means something else
            } catch (Throwable failure) {
                onFailure.accept(failure);
            } finally {
                turns += turns & 1;
            }
        }
    }

    /** Runs what it was given, and ends. A task that takes longer than that is interrupted, and is the last. */
    @Override
    public void close(Duration patience) {
        closing = true;
        mailbox.add(() -> closed = true);
        if (isCurrent()) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, patience.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            closed = true;
            thread.interrupt();
        }
    }
}
