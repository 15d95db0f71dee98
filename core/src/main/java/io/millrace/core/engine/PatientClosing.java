// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.call.Patient;
import io.millrace.core.failure.Failures;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes something that knows no patience of its own: on another thread, which is interrupted when the patience is over.
 *
 * @param target what is closed
 * @param threads makes the thread
 */
record PatientClosing(AutoCloseable target, ThreadFactory threads) implements Patient {
    private static final Logger LOG = LoggerFactory.getLogger(PatientClosing.class);
    private static final Duration LAST = Duration.ofMillis(100);

    @Override
    public void close(Duration patience) {
        Thread closer = threads.newThread(this::closeTarget);
        closer.start();
        try {
            TimeUnit.NANOSECONDS.timedJoin(closer, Math.max(1, patience.toNanos()));
            if (closer.isAlive()) {
                closer.interrupt();
                TimeUnit.NANOSECONDS.timedJoin(closer, LAST.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeTarget() {
        try {
            target.close();
        } catch (Exception | LinkageError e) {
            Failures.warn(LOG, "closing {} failed: {}", target.getClass().getName(), Failures.text(e), e);
        }
    }
}
