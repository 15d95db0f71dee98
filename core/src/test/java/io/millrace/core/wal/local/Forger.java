// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.wal.support.FrameEncoder;
import io.millrace.wal.support.FrameHeader;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentHeader;
import io.millrace.wal.support.SegmentInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Whoever can write to a log's directory, knows its format, and lacks the key: takes out and puts in what it likes, and
 * makes every sum, number and link between segments right again.
 */
public final class Forger {
    private final Path directory;

    /** At the directory of one log. */
    public Forger(Path directory) {
        this.directory = directory;
    }

    /** One frame as it is on the disk. */
    public record Frame(FrameHeader header, long offset, List<Payload> payloads) {
        /** How many bytes it takes. */
        public int length() {
            return header.frameLength();
        }
    }

    /** One entry of a frame, at its offset in the segment's frames. */
    public record Payload(int type, int stream, long offset, List<Byte> content) {
        /** Its bytes. */
        public byte[] bytes() {
            byte[] bytes = new byte[content.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = content.get(i);
            }
            return bytes;
        }
    }

    /** The segments that hold entries, in order. */
    public List<Long> segments() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> SegmentIndex.segmentOf(file.getFileName().toString()))
                    .filter(segment -> segment != null && !frames(segment).isEmpty())
                    .sorted(Long::compareUnsigned)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The frames of a segment that hold entries, in order. */
    public List<Frame> frames(long segment) {
        return allFrames(segment).stream()
                .filter(frame -> !frame.payloads.isEmpty())
                .toList();
    }

    private List<Frame> allFrames(long segment) {
        byte[] file = read(segment);
        if (file.length <= SegmentHeader.LENGTH) {
            return List.of();
        }
        byte[] bytes = Arrays.copyOfRange(file, SegmentHeader.LENGTH, file.length);
        FrameScanner scanner = new FrameScanner(new Bytes(segment, bytes), 0, bytes.length);
        List<Frame> frames = new ArrayList<>();
        try {
            while (scanner.next() == FrameScanner.Step.FRAME) {
                List<Payload> payloads = new ArrayList<>();
                for (int i = 0; i < scanner.header().count(); i++) {
                    List<Byte> content = new ArrayList<>();
                    for (int at = 0; at < scanner.length(i); at++) {
                        content.add(scanner.array()[scanner.payloadIndex(i) + at]);
                    }
                    payloads.add(new Payload(scanner.type(i), scanner.stream(i), scanner.payloadOffset(i), content));
                }
                frames.add(new Frame(scanner.header(), scanner.offset(), payloads));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frames;
    }

    /** Takes a frame out of a segment: frames without entries stand in its place, and later ones are numbered anew. */
    public void dropFrame(long segment, int frame) {
        Frame dropped = frames(segment).get(frame);
        if (dropped.length() % FrameHeader.LENGTH != 0) {
            throw new IllegalArgumentException("a frame of " + dropped.length() + " bytes leaves a gap");
        }
        byte[] file = read(segment);
        FrameHeader was = dropped.header;
        for (int at = 0; at < dropped.length(); at += FrameHeader.LENGTH) {
            put(file, new FrameEncoder(), was, FrameHeader.LAC_ONLY, dropped.offset + at, was.firstSequence());
        }
        for (Frame later : allFrames(segment)) {
            if (later.offset > dropped.offset) {
                long number = later.header.firstSequence() - was.count();
                put(file, encoder(later.payloads), later.header, later.header.flags(), later.offset, number);
            }
        }
        write(segment, file);
    }

    /** Takes a whole segment out: the one behind it follows the one before it. */
    public void dropSegment(long segment) {
        SegmentHeader gone = header(segment);
        for (long other : all()) {
            SegmentHeader header = header(other);
            if (header.previous() == segment) {
                putHeader(new SegmentHeader(
                        header.log(),
                        header.segment(),
                        gone.previous(),
                        gone.previousEnd(),
                        header.createdMillis(),
                        header.writer(),
                        header.flags()));
            }
        }
        LogFacts facts = LogFacts.read(new DiskFs(), directory).orElseThrow();
        if (facts.last() == segment) {
            new LogFacts(facts.id(), facts.first(), facts.deleted(), facts.epoch(), gone.previous(), gone.previousEnd())
                    .write(new DiskFs(), directory);
        }
        try {
            Files.delete(file(segment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts another entry, as long as the one that is there, into its place. */
    public void replace(long segment, int frame, byte[] content) {
        Frame replaced = frames(segment).get(frame);
        Payload was = replaced.payloads.get(0);
        if (was.content.size() != content.length) {
            throw new IllegalArgumentException(content.length + " bytes do not fit into " + was.content.size());
        }
        List<Byte> boxed = new ArrayList<>();
        for (byte b : content) {
            boxed.add(b);
        }
        byte[] file = read(segment);
        FrameHeader header = replaced.header;
        FrameEncoder encoder = encoder(List.of(new Payload(was.type, was.stream, was.offset, boxed)));
        put(file, encoder, header, header.flags(), replaced.offset, header.firstSequence());
        write(segment, file);
    }

    /** Puts a segment of another life of this log into its place. */
    public void take(Forger other, long segment) {
        write(segment, other.read(segment));
    }

    private static FrameEncoder encoder(List<Payload> payloads) {
        FrameEncoder encoder = new FrameEncoder();
        for (Payload payload : payloads) {
            byte[] bytes = payload.bytes();
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            encoder.add(payload.type, payload.stream, bytes.length, (int) crc.getValue(), ByteBuffer.wrap(bytes));
        }
        return encoder;
    }

    private static void put(byte[] file, FrameEncoder frame, FrameHeader was, int flags, long offset, long number) {
        ByteBuffer into = ByteBuffer.wrap(file).position(Math.toIntExact(SegmentHeader.LENGTH + offset));
        long durable = Math.min(was.durableUpTo(), offset);
        for (ByteBuffer part : frame.encode(flags, was.segment(), offset, durable, number, was.writtenMillis())) {
            into.put(part);
        }
    }

    private List<Long> all() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> SegmentIndex.segmentOf(file.getFileName().toString()))
                    .filter(segment -> segment != null && read(segment).length >= SegmentHeader.LENGTH)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SegmentHeader header(long segment) {
        return SegmentHeader.decode(ByteBuffer.wrap(read(segment)));
    }

    private void putHeader(SegmentHeader header) {
        byte[] file = read(header.segment());
        header.encode().get(0, file, 0, SegmentHeader.LENGTH);
        write(header.segment(), file);
    }

    private Path file(long segment) {
        return directory.resolve(SegmentIndex.fileName(segment));
    }

    private byte[] read(long segment) {
        try {
            return Files.readAllBytes(file(segment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(long segment, byte[] bytes) {
        try {
            Files.write(file(segment), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bytes(long segment, byte[] all) implements SegmentInput {
        @Override
        public long length() {
            return all.length;
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            int count = (int) Math.min(into.remaining(), Math.max(0, all.length - offset));
            into.put(all, (int) offset, count);
            return count;
        }
    }
}
