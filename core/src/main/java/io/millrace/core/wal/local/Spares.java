// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one log that are ready to become segments: full of zeros, or of what a freed segment held. A sync of a file
 * whose length and blocks do not change is one write and one flush of the device; one of a file that grows is three and
 * two. Names are given in the directory as {@code pre-<number>.wal}; whoever opens the log removes what others left.
 *
 * <p>Thread-safe.
 */
final class Spares {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    private static final int MOST = 3;
    private static final int STEP = 8 << 20;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();
    private static final String PREFIX = "pre-";
    private static final String SUFFIX = ".wal";

    /**
     * A file to be used.
     *
     * @param recycled whether it holds an old segment rather than zeros
     */
    record Spare(Path path, long length, boolean recycled) {}

    private final SegmentFs fs;
    private final Path directory;
    private final Executor background;
    private final LongConsumer ensureRoom;
    private final List<Spare> ready = new ArrayList<>();
    private long number;
    private long wanted;
    private boolean preparing;
    private volatile boolean closed;

    /**
     * @param epoch of the writer, so that no two writers use a name
     * @param ensureRoom throws if the disk should not hold so many bytes more
     */
    Spares(SegmentFs fs, Path directory, long epoch, Executor background, LongConsumer ensureRoom) {
        this.fs = fs;
        this.directory = directory;
        this.number = WalPosition.segment(epoch, 0);
        this.background = background;
        this.ensureRoom = ensureRoom;
    }

    /** Removes what earlier processes left. Their files are not used: a crash may have left one under two names. */
    static void removeAll(SegmentFs fs, Path directory) throws IOException {
        for (String name : fs.list(directory)) {
            if (isSpare(name)) {
                fs.delete(directory.resolve(name));
            }
        }
    }

    private static boolean isSpare(String name) {
        return name.length() == PREFIX.length() + 16 + SUFFIX.length()
                && name.startsWith(PREFIX)
                && name.endsWith(SUFFIX)
                && name.substring(PREFIX.length(), PREFIX.length() + 16).chars().allMatch(HexFormat::isHexDigit);
    }

    private Path newPath() {
        return directory.resolve(PREFIX + HexFormat.of().toHexDigits(number++) + SUFFIX);
    }

    /** The smallest one of at least so many bytes. */
    synchronized @Nullable Spare take(long bytes) {
        Spare best = null;
        for (Spare spare : ready) {
            if (spare.length >= bytes && (best == null || spare.length < best.length)) {
                best = spare;
            }
        }
        ready.remove(best);
        return best;
    }

    /** Makes one now, full of zeros; they are not durable yet. */
    Spare make(long bytes) throws IOException {
        ensureRoom.accept(bytes);
        Path path;
        synchronized (this) {
            path = newPath();
        }
        try (SegmentFile file = fs.create(path)) {
            zero(file, 0, bytes);
        } catch (IOException e) {
            remove(path);
            throw e;
        }
        return new Spare(path, bytes, false);
    }

    private static void zero(SegmentFile file, long from, long to) throws IOException {
        for (long at = from; at < to; at += ZEROS.capacity()) {
            file.write(ZEROS.duplicate().limit((int) Math.min(ZEROS.capacity(), to - at)), at);
        }
    }

    /** Has one of so many bytes made in the background, unless there is one; smaller ones are of no use any more. */
    void prepare(long bytes) {
        List<Spare> small = new ArrayList<>();
        boolean make;
        synchronized (this) {
            wanted = bytes;
            ready.removeIf(spare -> spare.length < bytes && small.add(spare));
            make = !preparing && !closed && ready.isEmpty();
            preparing |= make;
        }
        if (!make && small.isEmpty()) {
            return;
        }
        try {
            background.execute(() -> {
                small.forEach(spare -> remove(spare.path)); // which takes a while if they are large
                if (make) {
                    prepareNow(bytes);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("no spare is made in {}, which is being closed", directory);
        }
    }

    private void prepareNow(long bytes) {
        Path path;
        synchronized (this) {
            path = newPath();
        }
        boolean done = false;
        try {
            ensureRoom.accept(bytes);
            done = fill(path, bytes);
        } catch (IOException | WalException e) {
            // whoever needs a segment makes it at once, or is told what is wrong
            LOG.debug("cannot prepare {}", path, e);
        } finally {
            prepared(path, bytes, done);
        }
    }

    private void prepared(Path path, long bytes, boolean done) {
        boolean keep;
        synchronized (this) {
            preparing = false;
            keep = done && !closed;
            if (keep) {
                ready.add(new Spare(path, bytes, false));
            }
        }
        if (!keep) {
            remove(path);
        }
    }

    /** In steps, so that the log's own syncs need not wait for all of it. */
    private boolean fill(Path path, long bytes) throws IOException {
        try (SegmentFile file = fs.create(path)) {
            for (long at = 0; at < bytes && !closed; at += STEP) {
                zero(file, at, Math.min(bytes, at + STEP));
                file.force(true);
            }
        }
        return !closed;
    }

    /**
     * Takes over the files of segments that do not count any more, which was written down before, or removes them. That
     * happens in the background.
     *
     * @param unfit those that must not be used again
     */
    void recycle(List<Path> segments, Set<Path> unfit) {
        try {
            background.execute(() -> recycleNow(segments, unfit));
        } catch (RejectedExecutionException e) {
            recycleNow(segments, unfit);
        }
    }

    private void recycleNow(List<Path> segments, Set<Path> unfit) {
        List<Spare> recycled = new ArrayList<>();
        for (Path segment : segments) {
            try {
                long length = unfit.contains(segment) ? 0 : length(segment);
                Path path = pathFor(length, recycled.size());
                if (path == null) {
                    fs.delete(segment);
                } else {
                    fs.replace(segment, path);
                    recycled.add(new Spare(path, length, true));
                }
            } catch (IOException e) {
                LOG.warn("cannot remove {}, which is not needed any more: {}", segment, FsErrors.reason(e));
            }
        }
        if (recycled.isEmpty()) {
            return;
        }
        try {
            fs.forceDirectory(directory); // else a crash could give the file its old name back beside a new one
        } catch (IOException e) {
            LOG.warn("cannot sync {}: {}", directory, FsErrors.reason(e));
            return;
        }
        synchronized (this) {
            if (!closed) {
                ready.addAll(recycled);
                return;
            }
        }
        recycled.forEach(spare -> remove(spare.path));
    }

    private synchronized @Nullable Path pathFor(long length, int others) {
        return closed || wanted == 0 || length < wanted || ready.size() + others >= MOST ? null : newPath();
    }

    private long length(Path file) throws IOException {
        try (SegmentFile opened = fs.open(file, false)) {
            return opened.length();
        }
    }

    /** Removes them all. */
    void close() {
        List<Spare> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(ready);
            ready.clear();
        }
        left.forEach(spare -> remove(spare.path));
    }

    void remove(Path file) {
        try {
            fs.delete(file);
        } catch (IOException e) {
            LOG.debug("cannot remove {}", file, e);
        }
    }
}
