// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one log: which there are, and where each one's frames end. Every segment's header names the one before
 * it and where that ended, so the chain is followed from the last segment back to the log's beginning; what is not in
 * the chain is left alone if it holds no frames, and is damage if it does (LF-14). Thread-safe.
 */
final class Chain {
    private final String directory;
    private final UUID log;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>(Long::compareUnsigned);
    private volatile long first;

    private Chain(String directory, Mark mark) {
        this.directory = directory;
        this.log = mark.id();
        this.first = mark.first();
    }

    /**
     * Reads the headers of a log's segments. The last segment's end is that of its file.
     *
     * @throws WalException {@code CORRUPT} if a segment is missing, foreign, out of order, or has lost its header
     */
    static Chain load(Hdfs hdfs, LogDirectory listed, Mark mark) {
        Chain chain = new Chain(listed.path(), mark);
        Segment successor = null;
        for (SegmentFile file : listed.segments(mark.first()).descendingMap().values()) {
            boolean linked = successor == null || successor.header().previous() == file.segment();
            boolean lost =
                    successor != null && Long.compareUnsigned(successor.header().previous(), file.segment()) > 0;
            Segment found = chain.read(hdfs, file, linked);
            if (found != null && linked) {
                if (successor != null) {
                    found.seal(successor.header().previousEnd());
                }
                chain.segments.put(file.segment(), found);
                successor = found;
            } else if (found != null || lost) {
                throw chain.damaged(
                        lost && successor != null ? successor.header().previous() : file.segment(),
                        lost ? "it is missing" : "no later segment continues it");
            }
        }
        long previous = successor == null ? 0 : successor.header().previous();
        if (previous != 0 && Long.compareUnsigned(previous, mark.first()) >= 0) {
            throw chain.damaged(previous, "it is missing");
        }
        return chain;
    }

    /** Reads one segment's header; null if it holds nothing: its making was cut short, or it was given up at once. */
    private @Nullable Segment read(Hdfs hdfs, SegmentFile file, boolean linked) {
        try (SegmentBytes bytes = SegmentBytes.open(hdfs, file)) {
            ByteBuffer header = bytes.header();
            switch (SegmentHeader.kindOf(header)) {
                case NEWER_VERSION ->
                    throw new WalException(
                            Reason.UNSUPPORTED,
                            file.path() + " was written by a later version of Millrace: run that version");
                case INVALID -> {
                    if (bytes.length() > 0) {
                        throw damaged(file.segment(), "its header fails its checksum");
                    }
                    return null;
                }
                case INTACT -> {
                    SegmentHeader found = SegmentHeader.decode(header);
                    if (found.segment() != file.segment() || !found.log().equals(log)) {
                        throw damaged(
                                file.segment(),
                                "it holds segment " + String.format(Locale.ROOT, "%016x", found.segment()) + " of log "
                                        + found.log());
                    }
                    return linked || bytes.of(found).tail().end() > 0
                            ? new Segment(found, file.path(), bytes.length())
                            : null;
                }
            }
            throw new IllegalStateException("unreachable");
        } catch (IOException e) {
            throw HdfsErrors.of("read", file.path(), e);
        }
    }

    private WalException damaged(long segment, String problem) {
        return new WalException(
                Reason.CORRUPT,
                "the log in " + directory + " is damaged at " + Names.epochDirectory(WalPosition.epochOf(segment)) + "/"
                        + Names.segment(segment) + ": " + problem + "; restore the file from a copy");
    }

    UUID log() {
        return log;
    }

    /** The id of the first segment that counts, which need not exist yet. */
    long first() {
        return first;
    }

    /** The first position that is still there. */
    WalPosition start() {
        Map.Entry<Long, Segment> found = segments.firstEntry();
        return new WalPosition(found == null ? first : found.getKey(), 0);
    }

    @Nullable
    Segment find(long segment) {
        return segments.get(segment);
    }

    /** The segments in order. */
    Collection<Segment> segments() {
        return segments.values();
    }

    @Nullable
    Segment last() {
        Map.Entry<Long, Segment> last = segments.lastEntry();
        return last == null ? null : last.getValue();
    }

    void add(Segment segment) {
        segments.put(segment.id(), segment);
    }

    /** Forgets the segments before {@code segment}. */
    void trim(long segment) {
        first = segment;
        segments.headMap(segment, false).clear();
    }
}
