// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a log on disk, one frame at a time: write, force, acknowledge, all on the caller's thread. (Group commit makes
 * the frames large; a second one in flight would only make them smaller.)
 *
 * <p>A file whose sync or write failed is never written or synced again: what the system still holds of it may or may
 * not reach the disk. The frame goes into a new segment, whose header says where the abandoned one ends. If that fails
 * too, or it happens twice within a minute, the disk is given up.
 */
final class LocalWalWriter implements WalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWalWriter.class);
    private static final long FAILURE_WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final LocalWalStore store;
    private final String log;
    private final long epoch;
    private final SegmentIndex index;
    private final WalRecovery recovery;
    private final Gather gather = new Gather();

    private @Nullable ActiveSegment active;
    private long nextSegment;
    private long lastFailure;
    private boolean failedBefore;
    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;

    LocalWalWriter(LocalWalStore store, String log, long epoch, SegmentIndex index, WalRecovery recovery) {
        this.store = store;
        this.log = log;
        this.epoch = epoch;
        this.index = index;
        this.recovery = recovery;
        this.durableEnd = recovery.end();
        this.nextSegment = nextSegment(epoch, index);
    }

    private static long nextSegment(long epoch, SegmentIndex index) {
        long mine = WalPosition.segment(epoch, 0);
        long next = Long.compareUnsigned(index.first(), mine) > 0 ? index.first() : mine;
        Indexed last = index.last();
        return last == null || Long.compareUnsigned(last.header.segment(), next) < 0 ? next : last.header.segment() + 1;
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
        int most = store.capabilities().maxBatchBytes();
        if (length > most) {
            throw new WalException(
                    Reason.TOO_LARGE, "a frame of " + length + " bytes is larger than " + most + ", which is the most");
        }
        WalPosition at;
        try {
            at = write(frame, length);
        } catch (WalException e) {
            completion.failed(e);
            return;
        }
        completion.durable(at);
    }

    private WalPosition write(WalFrame frame, int length) {
        if (state == WalState.FAILED) {
            throw new WalException(
                    Reason.INDETERMINATE, "log '" + log + "' failed before; the program must open it again");
        }
        verifyOwnership();
        store.ensureRoom(index, length);
        ActiveSegment segment = active;
        if (segment != null
                && segment.end() > 0
                && segment.end() + length > store.settings().segmentBytes()) {
            finish(segment);
            segment = null;
        }
        if (segment == null) {
            segment = begin();
        }
        try {
            segment.write(frame.encode(segment.position()), gather);
        } catch (IOException e) {
            if (FsErrors.isFull(e) && cutBack(segment)) {
                throw FsErrors.of("append to", index.file(segment.id()), e);
            }
            return appendElsewhere(segment, frame, e);
        }
        try {
            return force(segment);
        } catch (IOException e) {
            return appendElsewhere(segment, frame, e);
        }
    }

    private WalPosition force(ActiveSegment segment) throws IOException {
        WalPosition at = segment.position();
        segment.force();
        durableEnd = segment.position();
        return at;
    }

    /** Removes the piece of a frame that found no room; whether it worked. */
    private boolean cutBack(ActiveSegment segment) {
        try {
            segment.cutBack();
            return true;
        } catch (IOException e) {
            LOG.debug("cannot cut {} back", index.file(segment.id()), e);
            return false;
        }
    }

    /** Gives a failed segment up and puts the frame into a new one. */
    private WalPosition appendElsewhere(ActiveSegment failed, WalFrame frame, IOException cause) {
        Path file = index.file(failed.id());
        finish(failed);
        long now = store.clock().nanos();
        boolean again = failedBefore && now - lastFailure < FAILURE_WINDOW_NANOS;
        failedBefore = true;
        lastFailure = now;
        if (!again) {
            LOG.warn("cannot append to {}: {}; going on in a new segment", file, FsErrors.reason(cause));
            try {
                ActiveSegment next = begin();
                next.write(frame.encode(next.position()), gather);
                return force(next);
            } catch (IOException | WalException e) {
                cause.addSuppressed(e);
            }
        }
        state = WalState.FAILED;
        throw new WalException(
                Reason.INDETERMINATE,
                Outcome.UNKNOWN,
                "the disk under " + file + " fails (" + FsErrors.reason(cause)
                        + "); check it, then start the program again: what was not acknowledged is decided then",
                cause);
    }

    /** Makes a new segment whose header is durable before a frame may follow it. */
    private ActiveSegment begin() {
        Indexed last = index.last();
        SegmentHeader header = new SegmentHeader(
                index.log(),
                nextSegment++,
                last == null ? 0 : last.header.segment(),
                last == null ? 0 : last.end(),
                store.clock().millis(),
                store.writerHash());
        Path path = index.file(header.segment());
        SegmentFile file = null;
        try {
            file = store.fs().create(path);
            file.write(header.encode(), 0);
            file.force(true);
            store.fs().forceDirectory(index.directory());
        } catch (IOException e) {
            discard(file, path);
            throw FsErrors.of("create", path, e);
        }
        Indexed indexed = new Indexed(header, 0, false);
        index.add(indexed);
        ActiveSegment begun = new ActiveSegment(file, indexed);
        active = begun;
        return begun;
    }

    /** A segment without frames is ignored by whoever finds it, so this need not succeed. */
    private void discard(@Nullable SegmentFile file, Path path) {
        try {
            if (file != null) {
                file.close();
            }
            store.fs().delete(path);
        } catch (IOException e) {
            LOG.debug("cannot remove {}", path, e);
        }
    }

    /** Ends the active segment; nothing is ever written to it again. */
    private void finish(ActiveSegment segment) {
        segment.seal();
        active = null;
        try {
            segment.close();
        } catch (IOException e) {
            LOG.debug("cannot close {}", index.file(segment.id()), e);
        }
    }

    @Override
    public WalPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public WalPosition end() {
        ActiveSegment segment = active;
        return segment == null ? new WalPosition(nextSegment, 0) : segment.position();
    }

    @Override
    public void roll() {
        ensureOpen();
        ActiveSegment segment = active;
        if (segment != null && segment.end() > 0) {
            finish(segment);
        }
    }

    @Override
    public WalPosition trim(WalPosition before) {
        ensureOpen();
        verifyOwnership();
        long keep = index.first();
        for (Indexed segment : index.segments()) {
            long id = segment.header.segment();
            boolean free = segment.sealed()
                    && new WalPosition(id, segment.end()).compareTo(before) <= 0
                    && (active == null || active.id() != id);
            if (!free) {
                break;
            }
            keep = id + 1;
        }
        if (keep != index.first()) {
            store.free(log, index, keep);
        }
        return store.start(index);
    }

    @Override
    public void verifyOwnership() {
        ensureOpen();
        long highest = store.heldEpoch();
        if (highest != epoch) {
            state = WalState.FENCED;
            throw LocalWalStore.fenced(log, epoch, highest);
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
        ActiveSegment segment = active;
        if (segment != null) {
            finish(segment);
        }
        store.closed(log, this);
    }

    private void ensureOpen() {
        if (state == WalState.CLOSED) {
            throw new WalException(Reason.CLOSED, "the writer of log '" + log + "' is closed");
        }
    }
}
