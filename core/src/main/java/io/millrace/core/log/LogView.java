// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Encryption;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A log as it is now, without opening it: for looking at the logs of a program that may be running. */
public final class LogView implements AutoCloseable {
    private static final int PREFETCH = 1 << 20;

    private final WalReader reader;
    private final LogReplay replay;
    private final WalPosition start;
    private final WalPosition lastSegment;

    private LogView(String log, String place, WalReader reader, Encryption encryption) {
        this.reader = reader;
        List<WalReader.Segment> segments = reader.segments();
        WalPosition end = WalPosition.START;
        if (!segments.isEmpty()) {
            WalReader.Segment last = segments.get(segments.size() - 1);
            end = new WalPosition(last.id(), last.sealed() ? last.length() : written(last));
        }
        this.lastSegment = new WalPosition(end.segment(), 0);
        this.start = segments.isEmpty() ? end : new WalPosition(segments.get(0).id(), 0);
        this.replay = new LogReplay(log, place, reader, new WalRecovery(start, end, 0), encryption);
    }

    /**
     * Looks at a log.
     *
     * @param place where the store is, for messages
     * @param encryption the keys of what is encrypted in it
     */
    public static LogView of(WalStore store, String log, String place, Encryption encryption) {
        WalReader reader = store.reader(log);
        try {
            return new LogView(log, place, reader, encryption);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** How far the segment is written that somebody may still be writing to. */
    private long written(WalReader.Segment segment) {
        TailRule.Tail tail = tail(segment);
        TailRule.Tail before = null;
        // a frame that was not yet whole when it was read may be so, and have successors, when those are looked for
        while (tail.kind() == TailRule.Kind.CORRUPT && (before == null || before.end() != tail.end())) {
            before = tail;
            tail = tail(segment);
        }
        return switch (tail.kind()) {
            case COMPLETE, TORN -> tail.end();
            case CORRUPT -> segment.length(); // whoever reads on is told
            case NEWER_VERSION ->
                throw new WalException(
                        Reason.UNSUPPORTED,
                        "segment " + Long.toHexString(segment.id()) + " was written by a later version of Millrace ("
                                + tail.problem() + "): use that version");
        };
    }

    private TailRule.Tail tail(WalReader.Segment segment) {
        try {
            return TailRule.find(new SegmentBytes(reader, segment.id(), segment.length()), 0, PREFETCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a WalReader throws WalException alone
        }
    }

    /**
     * Passes every entry, in order, and checks it on the way.
     *
     * @return whether the first entry says that there was one before it, which is gone; only one that is encrypted does
     */
    public boolean forEach(EntryVisitor visitor) {
        return replay.replay(start, visitor);
    }

    /** Checks the last segment, on which a start goes on, whole: {@link #read} looks at nothing but entries. */
    public void checkEnd() {
        replay.replay(lastSegment, (type, stream, handle, payload) -> {});
    }

    /** Reads one entry, which was appended as {@code type}, and checks it. */
    public byte[] read(LogHandle handle, int type) {
        return replay.read(handle, type);
    }

    /**
     * Reads these entries, which were appended as {@code type}, and checks them, on as many threads: while one waits for the disk, another sums up.
     *
     * @throws WalException for the damaged one that is first in the log
     */
    public void check(List<LogHandle> entries, int type, int threads) {
        new EntryCheck(replay, entries, type).run(threads);
    }

    @Override
    public void close() {
        reader.close();
    }
}
