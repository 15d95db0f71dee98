// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.plugin.Closing;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a log on disk. The appender writes frames; one thread at a time syncs all that was written, and acknowledges it
 * in order, while the appender writes on: what comes while the disk is busy shares the next sync. A small frame that
 * comes alone is synced by the appender itself, which is faster than to wake another thread.
 *
 * <p>A file whose sync failed is never written or synced again, and one whose write failed never written: what the system still holds of it may or may
 * not reach the disk. All frames that are not acknowledged go into a new segment, whose header says where the abandoned
 * one ends. If that fails too, or it happens twice within a minute, the disk is given up, and the outcome is unknown.
 *
 * <p>Between a sync and its answer the writer looks whether the log is still its own: nobody learns of a frame that a later
 * owner may not have found, or that lies in a file which has no name any more. After such a look fails there is no other.
 *
 * <p>{@link #writing} is held while the segment's file is written or changed for another; whoever waits for {@link
 * FramesUnderWay} does not hold it.
 */
final class LocalWalWriter implements WalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWalWriter.class);

    /** How many frames may wait for a sync; what bounds them is their size, in the caller's hands. */
    static final int MAX_IN_FLIGHT = 16;

    private static final long FAILURE_WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final LocalWalStore store;
    private final String log;
    private final long epoch;
    private final Fence fence;
    private final Placed directory;
    private final SegmentIndex index;
    private final WalRecovery recovery;
    private final Spares spares;
    private final SegmentMaker segments;
    private final Gather gather = new Gather();

    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable ActiveSegment active;
    private long lastFailure;
    private boolean failedBefore;

    private final FramesUnderWay underWay;

    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;
    private volatile @Nullable WalException loss;

    /** A write that failed; the frame is not in the segment, whatever is in its file. */
    private record Failure(ActiveSegment segment, IOException cause) {}

    /**
     * @param fence what shows that the epoch is still this process's
     * @param directory where the log's directory was when it was opened
     */
    LocalWalWriter(
            LocalWalStore store, String log, Fence fence, Placed directory, SegmentIndex index, WalRecovery recovery) {
        this.store = store;
        this.log = log;
        this.epoch = fence.epoch();
        this.fence = fence;
        this.directory = directory;
        this.index = index;
        this.recovery = recovery;
        this.durableEnd = recovery.end();
        this.spares = new Spares(
                store.fs(), index.directory(), epoch, store.background(), bytes -> store.ensureRoom(index, bytes));
        this.segments = new SegmentMaker(store, epoch, index, spares);
        this.underWay =
                new FramesUnderWay(log, store.background(), MAX_IN_FLIGHT, this::sync, () -> state = WalState.FAILED);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public WalRecovery recovery() {
        return recovery;
    }

    // ---- the appender's thread ----

    @Override
    public void append(WalFrame frame, Completion completion) {
        ensureOpen();
        int length = frame.length();
        int most = store.capabilities().maxBatchBytes();
        if (length > most) {
            throw new WalException(
                    Reason.TOO_LARGE, "a frame of " + length + " bytes is larger than " + most + ", which is the most");
        }
        shielded(() -> {
            try {
                underWay.awaitSlot();
                put(frame, length, completion);
            } catch (WalException e) {
                underWay.settle();
                completion.failed(e);
                return;
            }
            underWay.see(length <= store.aloneBytes());
        });
    }

    /** Keeps interrupts away: a write by an interrupted thread would close the file. */
    private void shielded(Runnable action) {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } finally {
            if (underWay.wasInterrupted() || interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void put(WalFrame frame, int length, Completion completion) {
        ensureHeld();
        if (needsSegment(length)) {
            underWay.settle(); // a segment ends where it is durable
        }
        Failure failure = tryPut(frame, length, completion);
        while (failure != null) {
            underWay.settle(); // which may have changed the segment for another
            if (state == WalState.FAILED) {
                throw unknown(failure.segment, failure.cause); // all of the frame may be in the file
            }
            failure = isActive(failure.segment)
                    ? putElsewhere(frame, completion, failure)
                    : tryPut(frame, length, completion);
        }
    }

    private boolean needsSegment(int length) {
        writing.lock();
        try {
            return active == null || !active.hasRoom(length);
        } finally {
            writing.unlock();
        }
    }

    private boolean isActive(ActiveSegment segment) {
        writing.lock();
        try {
            return active == segment;
        } finally {
            writing.unlock();
        }
    }

    private @Nullable Failure tryPut(WalFrame frame, int length, Completion completion) {
        writing.lock();
        try {
            ensureOpen();
            ensureHeld();
            ensureUsable();
            ActiveSegment segment = segment(length);
            WalPosition at = segment.position();
            try {
                segment.write(frame.encode(at), gather);
            } catch (IOException e) {
                return new Failure(segment, e);
            }
            segments.lookAhead(segment);
            underWay.add(new Pending(frame, completion, segment, at));
            return null;
        } finally {
            writing.unlock();
        }
    }

    /** The segment that a frame goes into: a new one if there is none or it would not fit. */
    private ActiveSegment segment(int length) {
        ActiveSegment segment = active;
        if (segment != null && !segment.hasRoom(length)) {
            active = null;
            segments.finish(segment, false);
            segment = null;
        }
        if (segment == null) {
            check(directory, Outcome.NOT_APPENDED);
            segment = segments.begin(length);
            active = segment;
        }
        return segment;
    }

    /** Writing a frame has failed, and nothing else is under way. */
    private @Nullable Failure putElsewhere(WalFrame frame, Completion completion, Failure failure) {
        Pending moved = new Pending(frame, completion, failure.segment, failure.segment.position());
        writing.lock();
        try {
            if (FsErrors.isFull(failure.cause) && undo(failure.segment)) {
                throw FsErrors.of("append to", index.file(failure.segment.id()), failure.cause);
            }
            move(failure.segment, failure.cause, List.of(moved));
        } finally {
            writing.unlock();
        }
        completion.durable(moved.at);
        return null;
    }

    /** Removes the piece of a frame that found no room; whether it worked. */
    private boolean undo(ActiveSegment segment) {
        try {
            segment.undo();
            return true;
        } catch (IOException e) {
            LOG.debug("cannot undo an append to {}", index.file(segment.id()), e);
            return false;
        }
    }

    // ---- the thread that syncs ----

    private void sync(List<Pending> group) {
        Pending last = group.get(group.size() - 1);
        try {
            long begun = store.clock().nanos();
            last.segment.force();
            store.synced(store.clock().nanos() - begun);
        } catch (IOException e) {
            moveAll(last.segment, e);
            return;
        }
        try {
            check(last.segment.placed(), Outcome.UNKNOWN);
        } catch (WalException e) {
            underWay.answer(allUnderWay(), e);
            return;
        }
        durable(last);
        underWay.answer(group, null);
    }

    /** Those that are not answered. None comes after them once the log is lost. */
    private List<Pending> allUnderWay() {
        writing.lock();
        try {
            return underWay.all();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Looks whether the log is still this writer's; if not, it never is again.
     *
     * @param opened something of the log that must be where it was
     * @param outcome what is to be said of the frames under way
     */
    private void check(Placed opened, Outcome outcome) {
        try {
            fence.check(log, opened, outcome);
        } catch (WalException e) {
            lose(e);
            throw e;
        }
    }

    private void lose(WalException cause) {
        loss = cause;
        if (state != WalState.CLOSED) {
            state = cause.reason() == Reason.FENCED ? WalState.FENCED : WalState.FAILED;
        }
    }

    /** Refuses what comes after the log was lost, or after another epoch was claimed in this store. */
    private void ensureHeld() {
        WalException lost = loss;
        if (lost != null) {
            throw new WalException(lost.reason(), String.valueOf(lost.getMessage()), lost);
        }
        long highest = store.heldEpoch();
        if (highest != epoch) {
            state = WalState.FENCED;
            throw Fence.fenced(log, epoch, highest, Outcome.NOT_APPENDED);
        }
    }

    private void durable(Pending last) {
        last.segment.durable(last.end().offset());
        durableEnd = last.end();
    }

    /** Puts everything that is not acknowledged into a new segment, or gives the log up. */
    private void moveAll(ActiveSegment failed, IOException cause) {
        List<Pending> all = List.of();
        WalException lost = null;
        writing.lock();
        try {
            all = underWay.all();
            move(failed, cause, all);
        } catch (WalException e) {
            lost = e;
        } finally {
            writing.unlock();
        }
        underWay.answer(all, lost);
    }

    private void move(ActiveSegment failed, IOException cause, List<Pending> frames) {
        Path path = index.file(failed.id());
        active = null;
        segments.abandon(failed);
        check(directory, Outcome.UNKNOWN);
        long now = store.clock().nanos();
        boolean again = failedBefore && now - lastFailure < FAILURE_WINDOW_NANOS;
        failedBefore = true;
        lastFailure = now;
        if (!again) {
            LOG.warn("cannot append to {}: {}; going on in a new segment", path, FsErrors.reason(cause));
            try {
                rewrite(frames);
                return;
            } catch (IOException | WalException e) {
                WalException lost = loss;
                if (lost != null) {
                    throw lost;
                }
                Closing.suppress(cause, e);
            }
        }
        state = WalState.FAILED;
        throw unknown(failed, cause);
    }

    private WalException unknown(ActiveSegment failed, IOException cause) {
        return new WalException(
                Reason.INDETERMINATE,
                Outcome.UNKNOWN,
                "the disk under " + index.file(failed.id()) + " fails (" + FsErrors.reason(cause)
                        + "); check it, then start the program again: what was not acknowledged is decided then",
                cause);
    }

    private void rewrite(List<Pending> frames) throws IOException {
        long bytes = frames.stream().mapToLong(moved -> moved.frame.length()).sum();
        ActiveSegment segment = segments.begin(bytes);
        try {
            for (Pending moved : frames) {
                moved.segment = segment;
                moved.at = segment.position();
                segment.write(moved.frame.encode(moved.at), gather);
            }
            segment.force();
            check(segment.placed(), Outcome.UNKNOWN);
        } catch (IOException | WalException e) {
            segments.abandon(segment);
            throw e;
        }
        active = segment;
        durable(frames.get(frames.size() - 1));
    }

    // ---- the rest ----

    @Override
    public WalPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public WalPosition end() {
        writing.lock();
        try {
            ActiveSegment segment = active;
            return segment == null ? new WalPosition(segments.next(), 0) : segment.position();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void roll() {
        ensureOpen();
        shielded(() -> {
            underWay.settle();
            end(true);
        });
    }

    /** Ends the active segment, of which everything is answered, unless it is empty and may go on. */
    private void end(boolean onlyIfUsed) {
        writing.lock();
        try {
            ActiveSegment segment = active;
            if (segment != null && (segment.written() > 0 || !onlyIfUsed)) {
                active = null;
                // what was not acknowledged may be part of the log that another found
                boolean allCounts = segment.written() == segment.durable();
                segments.finish(segment, allCounts);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public WalPosition trim(WalPosition before) {
        ensureOpen();
        ensureHeld();
        check(directory, Outcome.NOT_APPENDED);
        long current = activeId();
        long keep = index.first();
        Set<Path> failed = new HashSet<>();
        for (Indexed segment : index.segments()) {
            long id = segment.header.segment();
            boolean free =
                    segment.sealed() && new WalPosition(id, segment.end()).compareTo(before) <= 0 && id != current;
            if (!free) {
                break;
            }
            keep = id + 1;
            // a writer of another epoch may still have the file open
            if (segment.failed() || WalPosition.epochOf(id) != epoch) {
                failed.add(index.file(id));
            }
        }
        if (keep != index.first()) {
            // not shielded: the thread that trims is another, and an interrupt ends its trim, which the next makes good
            spares.recycle(store.free(log, index, epoch, keep), failed);
        }
        return store.start(index);
    }

    private long activeId() {
        writing.lock();
        try {
            return active == null ? 0 : active.id();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void verifyOwnership() {
        ensureOpen();
        ensureHeld();
        check(directory, Outcome.NOT_APPENDED);
        try {
            store.ensureComplete(index, epoch);
        } catch (WalException e) {
            // who may not list the directory could not open it again either
            if (e.reason() == Reason.CORRUPT || e.reason() == Reason.ACCESS_DENIED) {
                check(directory, Outcome.NOT_APPENDED); // a later owner removes files, too, once it has claimed
                lose(e);
            }
            throw e;
        }
    }

    @Override
    public WalState state() {
        return state;
    }

    @Override
    public void close() {
        if (state == WalState.CLOSED) {
            return;
        }
        state = WalState.CLOSED;
        shielded(() -> {
            // a log that is opened again closes the writer of before, whose appender may be in the middle of a frame
            end();
            underWay.settle();
            end(false);
            spares.close();
        });
        store.closed(log, this);
    }

    private void ensureOpen() {
        if (state == WalState.CLOSED) {
            throw new WalException(Reason.CLOSED, "the writer of log '" + log + "' is closed");
        }
    }

    private void ensureUsable() {
        if (state == WalState.FAILED) {
            throw new WalException(
                    Reason.INDETERMINATE, "log '" + log + "' failed before; the program must open it again");
        }
    }
}
