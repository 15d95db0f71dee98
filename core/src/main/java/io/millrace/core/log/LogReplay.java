// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.encryption.Encryption;
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

/** Reads what a log held when it was opened, and single entries at any time. Believes nothing that it reads. */
final class LogReplay {
    private static final int PREFETCH = 1 << 20;

    private final String log;
    private final String place;
    private final WalReader reader;
    private final WalRecovery recovery;
    private final Encryption encryption;
    private final List<WalReader.Segment> segments;

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

    void replay(WalPosition from, EntryVisitor visitor) {
        if (from.compareTo(WalPosition.START) > 0 && from.compareTo(recovery.start()) < 0) {
            throw new WalException(
                    Reason.TRIMMED,
                    "log '" + log + "' begins at " + recovery.start() + ", what was asked for at " + from + " is gone");
        }
        Sequence sequence = new Sequence();
        for (WalReader.Segment segment : segments) {
            boolean beforeEnd = new WalPosition(segment.id(), 0).compareTo(recovery.end()) < 0;
            if (beforeEnd && Long.compareUnsigned(segment.id(), from.segment()) >= 0) {
                replay(segment, from, sequence, visitor);
            }
        }
    }

    private void replay(WalReader.Segment segment, WalPosition from, Sequence sequence, EntryVisitor visitor) {
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
                if (at.compareTo(from) >= 0) {
                    read(scanner, i, at, payload);
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
    private void read(FrameScanner scanner, int entry, WalPosition at, ByteReader payload) {
        byte[] bytes = scanner.array();
        int from = scanner.payloadIndex(entry);
        int length = scanner.length(entry);
        if (!encryption.concerns(bytes, from, length)) {
            payload.reset(bytes, from, length);
            return;
        }
        Encryption.Opened opened = encryption.open(bytes, from, length, new EntryPlace(log, at));
        if (opened.kind() != SealedEntries.kind(scanner.type(entry), scanner.stream(entry))) {
            throw damaged(at.segment(), at.offset(), "an encrypted entry is said to be of another type or stream");
        }
        payload.reset(opened.content(), 0, opened.content().length);
    }

    byte[] read(LogHandle handle) {
        byte[] bytes = new byte[handle.length()];
        fill(handle, bytes);
        return encryption.concerns(bytes, 0, bytes.length) ? open(handle, bytes) : bytes;
    }

    /** Reads an entry into {@code scratch}, which is large enough, checks it, and leaves nothing of use there. */
    void check(LogHandle handle, byte[] scratch) {
        fill(handle, scratch);
        if (encryption.concerns(scratch, 0, handle.length())) {
            open(handle, scratch);
        }
    }

    private byte[] open(LogHandle handle, byte[] bytes) {
        return encryption
                .open(bytes, 0, handle.length(), new EntryPlace(log, handle.at()))
                .content();
    }

    private void fill(LogHandle handle, byte[] bytes) {
        int length = handle.length();
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
