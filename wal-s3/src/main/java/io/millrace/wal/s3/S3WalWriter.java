// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import io.millrace.wal.s3.Creator.Owner;
import io.millrace.wal.s3.Creator.Result;
import io.millrace.wal.s3.S3WalStore.Parts;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log: each append is a segment of its own, an object in the epoch's next slot. Several are on their way at once
 * and are acknowledged in order, so that an epoch's frames are the slots up to the first gap, whenever it ends.
 */
final class S3WalWriter implements WalWriter {
    private final S3WalStore store;
    private final Parts parts;
    private final S3WalSettings settings;
    private final String log;
    private final long epoch;
    private final WalRecovery recovery;
    private final LogIndex index;
    private final Semaphore room;
    private final Semaphore sending;

    private final Object lock = new Object();
    private final Deque<Upload> underWay = new ArrayDeque<>();
    private long nextSlot;
    private boolean answering;
    private @Nullable WalException failure;

    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;

    // of the thread that trims
    private Mark mark;
    private long lastTrim;
    private boolean trimmed;

    /** An append that is not answered. */
    private static final class Upload {
        final long segment;
        final int length;
        final Completion completion;
        boolean sent;
        boolean done;

        @Nullable
        WalException error;

        Upload(long segment, int length, Completion completion) {
            this.segment = segment;
            this.length = length;
            this.completion = completion;
        }
    }

    S3WalWriter(
            S3WalStore store,
            Parts parts,
            S3WalSettings settings,
            String log,
            long epoch,
            WalRecovery recovery,
            LogIndex index,
            Mark mark,
            long nextSlot) {
        this.store = store;
        this.parts = parts;
        this.settings = settings;
        this.log = log;
        this.epoch = epoch;
        this.recovery = recovery;
        this.index = index;
        this.mark = mark;
        this.nextSlot = nextSlot;
        this.room = new Semaphore(settings.accepted());
        this.sending = new Semaphore(settings.inFlight());
        this.durableEnd = recovery.end();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public WalRecovery recovery() {
        return recovery;
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        ensureOpen();
        int length = frame.length();
        if (length > settings.maxBatchBytes()) {
            throw new WalException(
                    Reason.TOO_LARGE,
                    "a frame of " + length + " bytes is larger than " + settings.maxBatchBytes()
                            + ", which is the most; raise 'wal.max-batch' or make blocks smaller");
        }
        room.acquireUninterruptibly();
        Upload upload;
        ByteBuffer[] content;
        synchronized (lock) {
            upload = new Upload(WalPosition.segment(epoch, nextSlot), length, completion);
            underWay.add(upload);
            upload.done = failure != null;
            if (!upload.done) {
                nextSlot++;
            }
        }
        if (upload.done) {
            answer();
            return;
        }
        try {
            content = frame.encode(new WalPosition(upload.segment, 0));
            upload.sent = true;
            parts.calls().start(() -> send(upload, content));
        } catch (RuntimeException | Error e) {
            finish(upload, unsent(e));
        }
    }

    private static WalException unsent(Throwable e) {
        return e instanceof WalException known
                ? known
                : new WalException(Reason.INDETERMINATE, Outcome.UNKNOWN, "an append could not begin: " + e, e);
    }

    private void send(Upload upload, ByteBuffer... content) {
        String key = parts.keys().segment(log, upload.segment);
        WalException error = null;
        sending.acquireUninterruptibly();
        try {
            Result result = parts.creator().create(key, this::failed, content);
            error = result.ours() ? null : lost(key, result);
        } catch (BucketException e) {
            String what = "append to log '" + log + "' with object '" + key + "'";
            error = e.leavesDoubt() ? e.toIndeterminate(what) : e.toWal(what);
        } catch (RuntimeException | Error e) {
            error = new WalException(
                    Reason.INDETERMINATE, Outcome.UNKNOWN, "append to '" + key + "' failed unexpectedly: " + e, e);
        } finally {
            sending.release();
        }
        finish(upload, error);
    }

    /** What it means that another writer's object is in a slot of this epoch. */
    private WalException lost(String key, Result result) {
        Bucket.Stored found = result.found();
        boolean fence = result.owner() == Owner.GONE || (found != null && found.length() == 0);
        return fence
                ? new WalException(
                        Reason.FENCED,
                        Outcome.UNKNOWN,
                        "log '" + log + "' was fenced at '" + key + "' by a higher epoch; this process has epoch "
                                + epoch + " and must end",
                        null)
                : new WalException(
                        Reason.INDETERMINATE,
                        Outcome.UNKNOWN,
                        "object '" + key + "' was written by another process with the same epoch " + epoch
                                + ": two programs share the prefix, or something else writes to it",
                        null);
    }

    private void finish(Upload upload, @Nullable WalException error) {
        synchronized (lock) {
            upload.error = error;
            upload.done = true;
        }
        answer();
    }

    /** Answers what is done, in the order of the appends; one thread at a time. */
    private void answer() {
        synchronized (lock) {
            if (answering) {
                return;
            }
            answering = true;
        }
        Upload next = nextDone();
        while (next != null) {
            room.release();
            answer(next);
            next = nextDone();
        }
    }

    private @Nullable Upload nextDone() {
        synchronized (lock) {
            Upload next = underWay.peek();
            if (next == null || !next.done) {
                answering = false;
                lock.notifyAll();
                return null;
            }
            return underWay.remove();
        }
    }

    private void answer(Upload upload) {
        WalException poison;
        synchronized (lock) {
            if (failure == null && upload.error != null) {
                failure = upload.error;
                state = upload.error.reason() == Reason.FENCED ? WalState.FENCED : WalState.FAILED;
            }
            poison = failure;
        }
        if (poison == null) {
            index.add(upload.segment, upload.length);
            durableEnd = new WalPosition(upload.segment, upload.length);
            upload.completion.durable(new WalPosition(upload.segment, 0));
            return;
        }
        if (upload.error == poison) {
            if (poison.reason() == Reason.FENCED) {
                parts.meters().fenced();
            }
            upload.completion.failed(poison);
        } else {
            Outcome outcome = upload.sent ? Outcome.UNKNOWN : Outcome.NOT_APPENDED;
            upload.completion.failed(
                    new WalException(poison.reason(), outcome, String.valueOf(poison.getMessage()), poison));
        }
    }

    @Override
    public WalPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public WalPosition end() {
        return new WalPosition(WalPosition.segment(epoch, nextSlot()), 0);
    }

    /** The slot of the next append. */
    long nextSlot() {
        synchronized (lock) {
            return nextSlot;
        }
    }

    @Override
    public void roll() {
        ensureOpen(); // every append begins a segment
        throwIfFenced();
    }

    @Override
    public WalPosition trim(WalPosition before) {
        ensureOpen();
        throwIfFenced();
        WalPosition last = durableEnd;
        boolean ownLast = WalPosition.epochOf(last.segment()) == epoch;
        List<Long> freed = index.before(before, ownLast ? last.segment() : -1);
        long now = parts.calls().nanos();
        boolean due = !trimmed || now - lastTrim >= settings.trimEvery().toNanos();
        if (!freed.isEmpty() && due) {
            long first = freed.get(freed.size() - 1) + 1;
            mark = store.call(() -> addTrim(first));
            index.trim(first);
            parts.garbage()
                    .remove(freed.stream()
                            .map(segment -> parts.keys().segment(log, segment))
                            .toList());
            lastTrim = now;
            trimmed = true;
        }
        return index.start();
    }

    private Mark addTrim(long first) {
        try {
            return parts.marks().add(log, epoch, mark, next -> next.from(first));
        } catch (WalException e) {
            fenceIf(e);
            throw e;
        }
    }

    @Override
    public void verifyOwnership() {
        ensureOpen();
        throwIfFenced();
        try {
            store.call(() -> {
                parts.claims().verify(epoch);
                return true;
            });
        } catch (WalException e) {
            fenceIf(e);
            throw e;
        }
    }

    private void fenceIf(WalException e) {
        if (e.reason() == Reason.FENCED) {
            synchronized (lock) {
                if (failure == null) {
                    failure = e;
                    state = WalState.FENCED;
                    parts.meters().fenced();
                }
            }
        }
    }

    private void throwIfFenced() {
        WalException fenced;
        synchronized (lock) {
            fenced = failure;
        }
        if (fenced != null && fenced.reason() == Reason.FENCED) {
            throw new WalException(Reason.FENCED, String.valueOf(fenced.getMessage()), fenced);
        }
    }

    /** Whether an append has failed, so that what the log holds is not known here. */
    boolean failed() {
        synchronized (lock) {
            return failure != null;
        }
    }

    @Override
    public WalState state() {
        return state;
    }

    @Override
    public Optional<String> trouble() {
        return parts.creator().trouble();
    }

    @Override
    public void close() {
        boolean interrupted = false;
        synchronized (lock) {
            state = WalState.CLOSED;
            while (!underWay.isEmpty() || answering) {
                try {
                    lock.wait(Duration.ofSeconds(1).toMillis());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            state = WalState.CLOSED;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void ensureOpen() {
        if (state == WalState.CLOSED || store.closed()) {
            throw new WalException(Reason.CLOSED, "the writer of log '" + log + "' is closed");
        }
    }
}
