// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.Link;
import io.millrace.core.encryption.Tag;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.wal.support.FrameHeader;
import io.millrace.wal.support.FrameScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads what a log held when it was opened, and single entries at any time. Believes nothing that it reads. */
final class LogReplay {
    private static final int PREFETCH = 1 << 20;

    /** What is larger must have its last byte in the segment before room is made for it: one small read more. */
    private static final int BELIEVED_BYTES = 1 << 20;

    private final String log;
    private final String place;
    private final WalReader reader;
    private final WalRecovery recovery;
    private final Encryption encryption;
    private final List<WalReader.Segment> segments;

    /** What the log is known by, once an entry said so. Guarded by this object's monitor. */
    private @Nullable Tag identity;

    LogReplay(String log, String place, WalReader reader, WalRecovery recovery, Encryption encryption) {
        this.log = log;
        this.place = place;
        this.reader = reader;
        this.recovery = recovery;
        this.encryption = encryption;
        this.segments = reader.segments();
    }

    /** How many bytes there are to replay. */
    long bytes() {
        long bytes = 0;
        for (WalReader.Segment segment : segments) {
            if (new WalPosition(segment.id(), 0).compareTo(recovery.end()) < 0) {
                bytes += length(segment);
            }
        }
        return bytes;
    }

    /** How many of these bytes come before a place. */
    long bytesBefore(WalPosition at) {
        long bytes = 0;
        for (WalReader.Segment segment : segments) {
            if (Long.compareUnsigned(segment.id(), at.segment()) < 0) {
                bytes += length(segment);
            } else if (segment.id() == at.segment()) {
                bytes += at.offset();
            }
        }
        return bytes;
    }

    private long length(WalReader.Segment segment) {
        return segment.id() == recovery.end().segment() ? recovery.end().offset() : segment.length();
    }

    /**
     * Shows entries.
     *
     * @return whether the first says that there was one before it
     */
    boolean replay(WalPosition from, EntryVisitor visitor) {
        if (from.compareTo(WalPosition.START) > 0 && from.compareTo(recovery.start()) < 0) {
            throw new WalException(
                    Reason.TRIMMED,
                    "log '" + log + "' begins at " + recovery.start() + ", what was asked for at " + from + " is gone");
        }
        Sequence sequence = new Sequence();
        Chain chain = new Chain();
        for (WalReader.Segment segment : segments) {
            boolean beforeEnd = new WalPosition(segment.id(), 0).compareTo(recovery.end()) < 0;
            if (beforeEnd && Long.compareUnsigned(segment.id(), from.segment()) >= 0) {
                replay(segment, from, sequence, chain, visitor);
            }
        }
        return chain.beginsAmid();
    }

    private void replay(
            WalReader.Segment segment, WalPosition from, Sequence sequence, Chain chain, EntryVisitor visitor) {
        long length = length(segment);
        FrameScanner scanner = new FrameScanner(new SegmentBytes(reader, segment.id(), length), 0, PREFETCH);
        ByteReader payload = new ByteReader(new byte[0]);
        while (next(scanner) == FrameScanner.Step.FRAME) {
            FrameHeader frame = scanner.header();
            if (!sequence.accept(segment.id(), frame)) {
                throw damaged(
                        segment.id(),
                        scanner.offset(),
                        "entries are missing: the frame begins with number " + frame.firstSequence() + ", expected was "
                                + sequence.expected());
            }
            for (int i = 0; i < frame.count(); i++) {
                WalPosition at = new WalPosition(segment.id(), scanner.payloadOffset(i));
                if (at.compareTo(from) < 0) {
                    chain.pass(scanner.array(), scanner.payloadIndex(i), scanner.length(i));
                } else {
                    read(scanner, i, at, chain, payload);
                    LogHandle handle = new LogHandle(at, scanner.length(i), scanner.crc(i));
                    visitor.entry(scanner.type(i), scanner.stream(i), handle, payload);
                }
            }
        }
        if (scanner.offset() < length) {
            throw damaged(segment.id(), scanner.offset(), scanner.problem());
        }
    }

    /** Points {@code payload} at an entry's content. */
    private void read(FrameScanner scanner, int entry, WalPosition at, Chain chain, ByteReader payload) {
        byte[] bytes = scanner.array();
        int from = scanner.payloadIndex(entry);
        int length = scanner.length(entry);
        Link link = null;
        if (encryption.concerns(bytes, from, length)) {
            Encryption.Opened opened = encryption.open(bytes, from, length, new EntryPlace(log, at));
            if (opened.kind() != SealedEntries.kind(scanner.type(entry), scanner.stream(entry))) {
                throw damaged(at.segment(), at.offset(), "an encrypted entry is said to be of another type or stream");
            }
            link = opened.link();
            payload.reset(opened.content(), 0, opened.content().length);
        } else {
            payload.reset(bytes, from, length);
        }
        String problem = chain.accept(bytes, from, length, link);
        if (problem != null) {
            throw forged(at, problem);
        }
    }

    /** What the entry says of the log that is appended next behind what opening found. */
    Link next() {
        Chain chain = new Chain();
        for (int i = segments.size() - 1; i >= 0 && !chain.begun(); i--) {
            long segment = segments.get(i).id();
            boolean counts = new WalPosition(segment, 0).compareTo(recovery.end()) < 0
                    && Long.compareUnsigned(segment, recovery.start().segment()) >= 0;
            if (counts) {
                pass(segments.get(i), chain);
            }
        }
        Link next = chain.next();
        identify(next.log());
        return next;
    }

    /** Goes on behind a segment's last entry. What is damaged in it, whoever reads it is told. */
    private void pass(WalReader.Segment segment, Chain chain) {
        FrameScanner scanner = new FrameScanner(new SegmentBytes(reader, segment.id(), length(segment)), 0, PREFETCH);
        while (next(scanner) == FrameScanner.Step.FRAME) {
            int last = scanner.header().count() - 1;
            if (last >= 0) {
                chain.pass(scanner.array(), scanner.payloadIndex(last), scanner.length(last));
            }
        }
    }

    /** Remembers what the log is known by; whether that is what it was known by so far. */
    private synchronized boolean identify(Tag log) {
        if (identity == null) {
            identity = log;
        }
        return identity.equals(log);
    }

    byte[] read(LogHandle handle, int type) {
        return open(handle, type, fill(handle, new byte[0]));
    }

    /**
     * Reads an entry and checks it.
     *
     * @param scratch is written to if it is large enough
     * @return what is large enough, for the next one; nothing of use is in it
     */
    byte[] check(LogHandle handle, int type, byte[] scratch) {
        byte[] filled = fill(handle, scratch);
        open(handle, type, filled);
        return filled;
    }

    private byte[] open(LogHandle handle, int type, byte[] bytes) {
        if (!encryption.concerns(bytes, 0, handle.length())) {
            return bytes;
        }
        Encryption.Opened opened = encryption.open(bytes, 0, handle.length(), new EntryPlace(log, handle.at()));
        if (SealedEntries.type(opened.kind()) != type) {
            throw forged(handle.at(), "an encrypted entry is not of the type that is asked for");
        }
        Link link = opened.link();
        if (link != null && !identify(link.log())) {
            throw forged(handle.at(), "an entry is of another log: it was put there from outside");
        }
        return opened.content();
    }

    private byte[] fill(LogHandle handle, byte[] scratch) {
        int length = handle.length();
        if (length < 0 || (length > BELIEVED_BYTES && length > scratch.length && !holdsEndOf(handle))) {
            throw damaged(
                    handle.at().segment(),
                    handle.at().offset(),
                    "an entry of " + Integer.toUnsignedString(length) + " bytes is longer than what is left");
        }
        byte[] bytes = length <= scratch.length && length > 0 ? scratch : new byte[length];
        ByteBuffer into = ByteBuffer.wrap(bytes, 0, length);
        WalPosition at = handle.at();
        while (into.hasRemaining()) {
            if (reader.read(at.segment(), at.offset() + into.position(), into) <= 0) {
                throw damaged(
                        at.segment(), at.offset(), "an entry of " + length + " bytes ends after " + into.position());
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        if ((int) crc.getValue() != handle.crc32c()) {
            throw damaged(at.segment(), at.offset(), "an entry of " + length + " bytes fails its checksum");
        }
        return bytes;
    }

    private boolean holdsEndOf(LogHandle handle) {
        ByteBuffer last = ByteBuffer.allocate(1);
        return reader.read(handle.at().segment(), handle.at().offset() + handle.length() - 1, last) > 0;
    }

    private FrameScanner.Step next(FrameScanner scanner) {
        try {
            FrameScanner.Step step = scanner.next();
            if (step == FrameScanner.Step.NEWER_VERSION) {
                throw new WalException(
                        Reason.UNSUPPORTED,
                        "log '" + log + "' was written by a later version of Millrace (" + scanner.problem()
                                + "): run that version");
            }
            return step;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a WalReader throws WalException alone
        }
    }

    private WalException damaged(long segment, long offset, String problem) {
        return new WalException(
                Reason.CORRUPT,
                "log '" + log + "' in " + place + " is damaged in segment "
                        + String.format(Locale.ROOT, "%016x", segment)
                        + " at offset " + offset + ": " + problem
                        + ". It was durable once, so the medium lost it: restore the segment from a copy");
    }

    private WalException forged(WalPosition at, String problem) {
        return new WalException(
                Reason.CORRUPT,
                "log '" + log + "' in " + place + " is not what was written, in segment "
                        + String.format(Locale.ROOT, "%016x", at.segment()) + " at offset " + at.offset() + ": "
                        + problem
                        + "; restore the log from a copy that can be trusted");
    }

    /** Counts entries within an epoch, so that a frame that is missing altogether is noticed. */
    private static final class Sequence {
        private long epoch = -1;
        private long next;

        boolean accept(long segment, FrameHeader frame) {
            long of = WalPosition.epochOf(segment);
            boolean begins = of != epoch || (frame.offset() == 0 && frame.firstSequence() == 0);
            boolean continues = begins || frame.firstSequence() == next;
            if (continues) {
                epoch = of;
                next = frame.firstSequence() + frame.count();
            }
            return continues;
        }

        long expected() {
            return next;
        }
    }
}
