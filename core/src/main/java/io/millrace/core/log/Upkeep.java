// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log asks of its store beside appends, which need not wait for it: to free what is trimmed, and to say whether the
 * log is still this writer's. Both may take several syncs, or requests to a server. Done on a thread of its own, which
 * begins with the first need. Asked on any thread.
 */
final class Upkeep implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final String log;
    private final WalWriter writer;
    private final Status status;
    private final ThreadFactory threads;
    private final Runnable failed;

    /** Whether the store may put a trim off, so that it must be told again. */
    private final boolean mayPutOff;

    private final AtomicReference<@Nullable WalPosition> trimTo = new AtomicReference<>();
    private final Questions questions = new Questions();
    private final Doorbell doorbell = new Doorbell();
    private @Nullable Thread thread;
    private volatile boolean closing;

    /** The segment that the log was trimmed to; only whole ones are freed, so that another trim to it frees nothing. */
    private volatile long trimmedTo = -1;

    /**
     * @param failed is called when the status may have become failed
     */
    Upkeep(LogOptions options, WalCapabilities store, WalWriter writer, Status status, Runnable failed) {
        this.log = options.name();
        this.threads = options.threads();
        this.mayPutOff = store.has(WalCapability.COSTS_PER_REQUEST);
        this.writer = writer;
        this.status = status;
        this.failed = failed;
    }

    /** Has whole segments before a position freed, soon. */
    void trim(WalPosition before) {
        if (before.segment() == trimmedTo && !mayPutOff) {
            return;
        }
        trimTo.accumulateAndGet(before, (now, next) -> now != null && now.compareTo(next) > 0 ? now : next);
        wake();
    }

    /**
     * Completes when it is known that the log is still this writer's and where it was; with a {@link WalException} if not.
     * What shows that it never will be again also ends the log.
     */
    CompletableFuture<@Nullable Void> verifyOwnership() {
        CompletableFuture<@Nullable Void> answer = questions.ask();
        wake();
        if (closing) {
            questions.answer(this::refuse);
        }
        return answer;
    }

    private void wake() {
        synchronized (this) {
            if (thread == null && !closing) {
                thread = threads.newThread(this);
                thread.setName("millrace-upkeep-" + log);
                thread.start();
            }
        }
        doorbell.ring();
    }

    @Override
    public void run() {
        boolean last = false;
        while (!last) {
            last = closing; // what was asked before is still done
            try {
                WalPosition before = trimTo.getAndSet(null);
                if (before != null && !status.failed()) {
                    trimNow(before);
                }
                questions.answer(this::verifyNow);
            } catch (RuntimeException | Error e) {
                status.poison(status.defect(e));
                failed.run();
            }
            if (!last) {
                doorbell.await(() -> closing || trimTo.get() != null || questions.any());
            }
        }
    }

    private void trimNow(WalPosition before) {
        try {
            writer.trim(before);
            trimmedTo = before.segment();
        } catch (WalException e) {
            if (endsTheLog(e)) {
                status.poison(e); // the log is another's, or what says where it begins is gone
                failed.run();
                return;
            }
            LOG.warn(
                    "log '{}' could not be trimmed before {}; the next trim makes it good: {}",
                    log,
                    before,
                    e.getMessage());
        }
    }

    private void verifyNow() {
        WalException failure = status.failure();
        if (failure != null) {
            throw Status.echo(failure);
        }
        try {
            writer.verifyOwnership();
        } catch (WalException e) {
            if (endsTheLog(e)) {
                status.poison(e);
                failed.run();
            }
            throw e;
        }
    }

    /** Whether the log is another's, or its place is gone, or the writer has given up; else the store may answer later. */
    private boolean endsTheLog(WalException e) {
        return e.reason() == Reason.FENCED
                || e.reason() == Reason.CORRUPT
                || writer.state() == WalState.FENCED
                || writer.state() == WalState.FAILED;
    }

    private void refuse() {
        WalException failure = status.failure();
        throw failure != null ? Status.echo(failure) : status.refusal();
    }

    /** Ends the thread after what was asked, and waits for it. */
    void close() {
        Thread running;
        synchronized (this) {
            closing = true;
            running = thread;
        }
        doorbell.ring();
        if (running != null) {
            Joining.join(running);
        }
        questions.answer(this::refuse);
    }
}
