// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.failure.Failures;
import io.millrace.spi.wal.WalException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every append gets exactly one answer: this is where it is given, and where it is known how many are still owed.
 * A callback that throws is reported and harms nobody else; one that throws an {@link Error} has broken off in the middle
 * of who knows what, and ends the log.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final String log;
    private final Consumer<Error> onError;
    private final AtomicLong unacknowledged = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final Watermark given = new Watermark();
    private final Thresholds thresholds = new Thresholds(unacknowledged);

    /**
     * @param onError takes what no callback should throw
     */
    Answers(String log, Consumer<Error> onError) {
        this.log = log;
        this.onError = onError;
    }

    /** An answer is owed from now on. */
    void owe(Entry entry) {
        unacknowledged.addAndGet(entry.size());
        accepted.incrementAndGet();
    }

    void durable(Entry entry, LogHandle handle) {
        try {
            entry.callback.durable(handle);
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    void failed(Entry entry, WalException cause) {
        try {
            entry.callback.failed(cause);
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    private void report(Throwable thrown) {
        if (thrown instanceof Error error) {
            onError.accept(error);
        }
        Failures.error(LOG, "a callback of log '{}' failed", log, thrown);
    }

    /** These were answered; tells those who wait for that. */
    void settle(List<Entry> entries) {
        long bytes = 0;
        for (Entry entry : entries) {
            bytes += entry.size();
        }
        unacknowledged.addAndGet(-bytes);
        given.advance(entries.size());
        thresholds.check();
    }

    /** Fails and settles one. */
    void refuse(Entry entry, WalException cause) {
        failed(entry, cause);
        settle(List.of(entry));
    }

    long unacknowledgedBytes() {
        return unacknowledged.get();
    }

    void whenBelow(long bytes, Runnable once) {
        thresholds.whenBelow(bytes, once);
    }

    /** Waits until everything that was owed at this moment has been answered. */
    void await() throws InterruptedException {
        given.await(accepted.get());
    }
}
