// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Ends a start that takes long when the program is stopped meanwhile. Thread-safe. */
public final class Cancellation {
    private final String program;
    private volatile boolean cancelled;

    /** Guarded by this. */
    private CountDownLatch pause = new CountDownLatch(0);

    /** Nothing is cancelled yet. */
    public Cancellation(String program) {
        this.program = program;
    }

    /** The start is to end. */
    public synchronized void cancel() {
        cancelled = true;
        pause.countDown();
    }

    /** Whether the start is to end. */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * Goes on unless the start is to end.
     *
     * @throws MillraceException if it is
     */
    public void check() {
        if (cancelled) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "program '" + program
                            + "' was stopped before it had started; build a new context to start it again");
        }
    }

    /**
     * Waits for a while, or until the start is to end. One thread at a time.
     *
     * @throws MillraceException if it is to end
     */
    void pause(Duration duration, StreamClock clock) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        synchronized (this) {
            pause = over;
        }
        check();
        StreamClock.Cancellable timer = clock.schedule(duration, over::countDown);
        over.await();
        timer.cancel();
        check();
    }
}
