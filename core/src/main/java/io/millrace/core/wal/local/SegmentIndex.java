// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one log: which there are, and where each one's frames end. Every segment's header names the one
 * before it and where that ended, so the chain is followed from the last segment back to the log's beginning; what is
 * not in the chain is left alone if it holds no frames, and is damage if it does. Thread-safe.
 */
final class SegmentIndex {
    private static final String PREFIX = "seg-";
    private static final String SUFFIX = ".wal";
    private static final int NAME_LENGTH = PREFIX.length() + 16 + SUFFIX.length();

    /** A segment of the chain. */
    static final class Indexed {
        final SegmentHeader header;
        private volatile long end;
        private volatile boolean sealed;
        private volatile boolean failed;

        Indexed(SegmentHeader header, long end, boolean sealed) {
            this.header = header;
            this.end = end;
            this.sealed = sealed;
        }

        long end() {
            return end;
        }

        boolean sealed() {
            return sealed;
        }

        /** Whether its file has failed, so that it must not be used again. */
        boolean failed() {
            return failed;
        }

        void fail() {
            failed = true;
        }

        void extend(long to) {
            end = to;
        }

        void seal(long at) {
            end = at;
            sealed = true;
        }
    }

    private final Path directory;
    private final UUID log;
    private final NavigableMap<Long, Indexed> chain = new ConcurrentSkipListMap<>(Long::compareUnsigned);
    private volatile long first;

    private SegmentIndex(Path directory, LogFacts facts) {
        this.directory = directory;
        this.log = facts.id();
        this.first = facts.first();
    }

    static String fileName(long segment) {
        return PREFIX + HexFormat.of().toHexDigits(segment) + SUFFIX;
    }

    /** The segment that a file name stands for; null if it is not one of ours. */
    static @Nullable Long segmentOf(String fileName) {
        boolean ours = fileName.length() == NAME_LENGTH && fileName.startsWith(PREFIX) && fileName.endsWith(SUFFIX);
        if (!ours) {
            return null;
        }
        try {
            return HexFormat.fromHexDigitsToLong(fileName, PREFIX.length(), PREFIX.length() + 16);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Reads the headers of a log's segments.
     *
     * @throws WalException {@code CORRUPT} if a segment is missing, foreign, out of order, or has lost its header
     */
    static SegmentIndex load(SegmentFs fs, Path directory, LogFacts facts) {
        SegmentIndex index = new SegmentIndex(directory, facts);
        List<Long> present =
                present(fs, directory).stream().filter(facts::counts).toList();
        Indexed successor = null;
        for (int i = present.size() - 1; i >= 0; i--) {
            long segment = present.get(i);
            boolean linked = successor == null || successor.header.previous() == segment;
            boolean lost = successor != null && Long.compareUnsigned(successor.header.previous(), segment) > 0;
            Indexed found = index.read(fs, segment, linked);
            if (found != null && linked) {
                if (successor != null) {
                    found.seal(successor.header.previousEnd());
                }
                index.chain.put(segment, found);
                successor = found;
            } else if (found != null || lost) {
                throw index.damaged(
                        lost && successor != null ? successor.header.previous() : segment,
                        lost ? "it is missing" : "no later segment continues it");
            }
        }
        long previous = successor == null ? 0 : successor.header.previous();
        if (previous != 0 && Long.compareUnsigned(previous, facts.first()) >= 0) {
            throw index.damaged(previous, "it is missing");
        }
        index.sealLast(facts);
        return index;
    }

    /** Whether there are segments, in what may be no directory. */
    static boolean holdsSegments(SegmentFs fs, Path place) {
        try {
            return fs.list(place).stream().anyMatch(name -> segmentOf(name) != null);
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the epoch that opened the log last found its end, it ends. */
    private void sealLast(LogFacts facts) {
        boolean counts = facts.last() != 0 && Long.compareUnsigned(facts.last(), facts.first()) >= 0;
        Indexed found = counts ? chain.get(facts.last()) : null;
        if (counts && found == null) {
            throw damaged(facts.last(), "it is missing");
        }
        if (found != null && !found.sealed()) {
            found.seal(facts.lastEnd());
        }
    }

    /** The ids of the segment files in a directory, in order. */
    static List<Long> present(SegmentFs fs, Path directory) {
        List<Long> present = new ArrayList<>();
        try {
            for (String name : fs.list(directory)) {
                Long segment = segmentOf(name);
                if (segment != null) {
                    present.add(segment);
                }
            }
        } catch (IOException e) {
            throw FsErrors.of("list", directory, e);
        }
        present.sort(Long::compareUnsigned);
        return present;
    }

    /**
     * Reads one segment's header; null if it holds nothing: its making was cut short, or it was given up at once.
     */
    private @Nullable Indexed read(SegmentFs fs, long segment, boolean linked) {
        Path file = directory.resolve(fileName(segment));
        try (SegmentFile opened = fs.open(file, false)) {
            long length = opened.length();
            ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.LENGTH);
            while (bytes.hasRemaining() && opened.read(bytes, bytes.position()) > 0) {
                // as much as there is
            }
            bytes.flip();
            boolean holdsFrames = length > SegmentHeader.LENGTH;
            switch (SegmentHeader.kindOf(bytes)) {
                case NEWER_VERSION ->
                    throw new WalException(
                            Reason.UNSUPPORTED, file + " was written by a later version of Millrace: run that version");
                case INVALID -> {
                    if (holdsFrames) {
                        throw damaged(segment, "its header fails its checksum");
                    }
                    return null;
                }
                case INTACT -> {
                    SegmentHeader header = SegmentHeader.decode(bytes);
                    if (header.segment() != segment || !header.log().equals(log)) {
                        throw damaged(
                                segment, "it holds segment " + fileName(header.segment()) + " of log " + header.log());
                    }
                    return linked || TailSeal.visibleEnd(fs, file, header) > 0
                            ? new Indexed(header, Math.max(0, length - SegmentHeader.LENGTH), false)
                            : null;
                }
            }
            throw new IllegalStateException("unreachable");
        } catch (IOException e) {
            throw FsErrors.of("read", file, e);
        }
    }

    private WalException damaged(long segment, String problem) {
        return damaged(directory, segment, problem);
    }

    /** What is said of a segment whose file is gone. */
    static WalException missing(Path directory, long segment) {
        return damaged(directory, segment, "it is missing");
    }

    private static WalException damaged(Path directory, long segment, String problem) {
        return new WalException(
                Reason.CORRUPT,
                "the log in " + directory + " is damaged at " + fileName(segment) + ": " + problem
                        + "; restore the file from a copy");
    }

    Path directory() {
        return directory;
    }

    UUID log() {
        return log;
    }

    /** The id of the first segment that counts, which need not exist yet. */
    long first() {
        return first;
    }

    Path file(long segment) {
        return directory.resolve(fileName(segment));
    }

    @Nullable
    Indexed find(long segment) {
        return chain.get(segment);
    }

    /** The segments in order. */
    Collection<Indexed> segments() {
        return chain.values();
    }

    @Nullable
    Indexed last() {
        var last = chain.lastEntry();
        return last == null ? null : last.getValue();
    }

    void add(Indexed segment) {
        chain.put(segment.header.segment(), segment);
    }

    /** Forgets the segments before {@code segment}. */
    void trim(long segment) {
        first = segment;
        chain.headMap(segment, false).clear();
    }
}
