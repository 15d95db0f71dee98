// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.failure.Failures;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What state a log is in, what ended it, and who is told. Thread-safe; the first failure stays. */
final class Status {
    private static final Logger LOG = LoggerFactory.getLogger(Status.class);

    private final String log;
    private final LogListener listener;
    private volatile LogState state = LogState.OPEN;
    private volatile @Nullable WalException failure;

    /** Why the store gave a frame back that it has not taken since; null if there is none. */
    private volatile @Nullable WalException waiting;

    Status(String log, LogListener listener) {
        this.log = log;
        this.listener = listener;
    }

    LogState state() {
        return state;
    }

    /** What ended the log; null while it lives. */
    @Nullable
    WalException failure() {
        return failure;
    }

    boolean failed() {
        return failure != null;
    }

    /** The store takes frames (again). */
    void takes() {
        waiting = null;
        if (state != LogState.OPEN && !failed()) {
            become(LogState.OPEN, null);
        }
    }

    /** The store gave a frame back. */
    void waitsFor(WalException cause) {
        waiting = cause;
        LogState next = cause.reason() == Reason.FULL ? LogState.FULL : LogState.RETRYING;
        if (state != next && !failed()) {
            LOG.warn("log '{}' waits: {}", log, cause.getMessage());
            become(next, cause);
        }
    }

    /** What the store says of a frame that it does not take at present. */
    Optional<String> trouble() {
        return Optional.ofNullable(waiting).map(Failures::message);
    }

    /** Ends the log: everything not yet answered, and everything to come, fails. */
    void poison(WalException cause) {
        if (fail(cause)) {
            Failures.error(LOG, "log '{}' takes no more: {}", log, Failures.message(cause));
        }
    }

    /** Something that no store should throw: nobody knows what became of the bytes. */
    WalException defect(Throwable thrown) {
        Failures.error(LOG, "log '{}' failed", log, thrown);
        return new WalException(
                Reason.INDETERMINATE, Outcome.UNKNOWN, "log '" + log + "' failed: " + Failures.text(thrown), thrown);
    }

    boolean fail(WalException cause) {
        synchronized (this) {
            if (failure != null) {
                return false;
            }
            failure = cause;
        }
        become(LogState.FAILED, cause);
        return true;
    }

    void closed() {
        become(LogState.CLOSED, failure);
    }

    private void become(LogState next, @Nullable WalException cause) {
        state = next;
        try {
            listener.stateChanged(log, next, cause);
        } catch (RuntimeException | Error e) {
            Failures.error(LOG, "the listener of log '{}' failed", log, e);
        }
    }

    /** The cause for somebody whose own append never reached the store. */
    static WalException echo(WalException cause) {
        return new WalException(cause.reason(), cause.outcome(), String.valueOf(cause.getMessage()), cause);
    }

    /** For those whose frames the store gave back last, when the log is closed before it takes them. */
    WalException closedWhileWaiting() {
        WalException cause = waiting;
        Reason reason = cause == null ? Reason.TRANSIENT : cause.reason();
        String why = cause == null ? "" : ": " + cause.getMessage();
        return new WalException(
                reason, "log '" + log + "' was closed while its store refused what was appended" + why, cause);
    }

    /** For whoever comes when the log is closed. */
    WalException refusal() {
        return new WalException(Reason.CLOSED, "log '" + log + "' is closed");
    }
}
