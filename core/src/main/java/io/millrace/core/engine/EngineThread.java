// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * The thread that owns the ledger and every decision: takes small tasks from any thread and runs them one after another.
 * A task that throws is handed to the failure handler; the thread goes on, so that stopping still works.
 */
public final class EngineThread implements AutoCloseable {
    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile Consumer<Throwable> onFailure = failure -> {};
    private volatile boolean closed;

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

    private void run() {
        while (!closed) {
            try {
                mailbox.take().run();
            } catch (InterruptedException e) {
                closed = true;
            } catch (Throwable failure) {
                onFailure.accept(failure);
            }
        }
    }

    @Override
    public void close() {
        mailbox.add(() -> closed = true);
        if (!isCurrent()) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
