// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import io.millrace.core.wal.local.SimDiskProvider;
import io.millrace.wal.support.FrameHeader;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentHeader;
import io.millrace.wal.support.SegmentInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What can happen to the segments of a log. */
final class Damage {
    private static final int SECTOR = 512;

    private Damage() {}

    /**
     * One damage.
     *
     * @param what it is, for people
     * @param names what an error about it must name
     */
    record Spoiled(String what, String names, Consumer<SimDiskProvider> change) {}

    /** Where a frame is in the file of its segment. */
    private record Frame(int at, int length, int entries, int payload, int end) {}

    private static List<Frame> frames(byte[] file) {
        long segment = SegmentHeader.decode(ByteBuffer.wrap(file)).segment();
        FrameScanner scanner = new FrameScanner(new Bytes(file, segment), 0, 1 << 20);
        List<Frame> frames = new ArrayList<>();
        try {
            while (scanner.next() == FrameScanner.Step.FRAME) {
                FrameHeader header = scanner.header();
                int at = SegmentHeader.LENGTH + (int) scanner.offset();
                int payload = header.count() == 0 ? 0 : SegmentHeader.LENGTH + (int) scanner.payloadOffset(0);
                frames.add(new Frame(
                        at,
                        header.frameLength(),
                        header.count(),
                        payload,
                        at + FrameHeader.LENGTH + header.bodyLength()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frames;
    }

    /** The frames of a segment's file. */
    private static final class Bytes implements SegmentInput {
        private final byte[] file;
        private final long segment;

        Bytes(byte[] file, long segment) {
            this.file = file;
            this.segment = segment;
        }

        @Override
        public long segment() {
            return segment;
        }

        @Override
        public long length() {
            return (long) file.length - SegmentHeader.LENGTH;
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            int count = (int) Math.min(into.remaining(), length() - offset);
            if (count <= 0) {
                return -1;
            }
            into.put(file, SegmentHeader.LENGTH + (int) offset, count);
            return count;
        }
    }

    private static String hex(Path segment) {
        return String.valueOf(segment.getFileName()).substring(4, 20);
    }

    /** A bit of every kind of byte: of the segment's header, and of its first, middle and last frame. */
    static List<Spoiled> ofFrames(Path segment, byte[] right) {
        Map<String, Integer> places = new LinkedHashMap<>();
        places.put("the magic of the segment", 0);
        places.put("the checksum of the segment's header", 5);
        places.put("the id of the log", 20);
        places.put("the id of the segment", 39);
        places.put("the id of the segment before", 47);
        places.put("where the segment before ends", 55);
        List<Frame> frames = frames(right);
        frames.removeIf(frame -> frame.entries == 0); // only witnesses of others
        Set<Integer> some =
                frames.isEmpty() ? Set.of() : new TreeSet<>(List.of(0, frames.size() / 2, frames.size() - 1));
        for (int index : some) {
            Frame frame = frames.get(index);
            String of = " of frame " + index;
            places.put("the magic" + of, frame.at);
            places.put("the checksum of the header" + of, frame.at + 5);
            places.put("the length" + of, frame.at + 15);
            places.put("the place" + of, frame.at + 39);
            places.put("the last byte of the header" + of, frame.at + FrameHeader.LENGTH - 1);
            places.put("the table" + of, frame.at + FrameHeader.LENGTH + 3);
            places.put("the first byte of the entries" + of, frame.payload);
            places.put("the middle of the entries" + of, (frame.payload + frame.end) / 2);
            places.put("the last byte of the entries" + of, frame.end - 1);
            if (frame.end < frame.at + frame.length) {
                places.put("the padding" + of, frame.end);
            }
        }
        List<Spoiled> all = new ArrayList<>();
        places.forEach((what, at) -> all.add(spoil(segment, what + " (byte " + at + ")", right, bytes -> {
            bytes[at] ^= (byte) (1 << at % 8);
            return bytes;
        })));
        return all;
    }

    /** Segments that are lost, cut short, blank, swapped, doubled, or of another log. */
    static List<Spoiled> ofSegments(List<Path> segments, List<Path> others, Map<Path, byte[]> intact) {
        Path first = segments.get(0);
        Path middle = segments.get(segments.size() / 2);
        byte[] of = intact.get(middle);
        List<Frame> frames = frames(of);
        Frame inside = frames.get(frames.size() / 2);
        List<Spoiled> all = new ArrayList<>();
        for (Path missing : List.of(first, middle)) {
            all.add(new Spoiled(missing + " is missing", hex(missing), disk -> disk.delete(missing)));
        }
        Path next = segments.get(segments.indexOf(middle) + 1);
        all.add(new Spoiled(middle + " and the next are swapped", "holds segment", disk -> {
            disk.replaceBytes(middle, intact.get(next));
            disk.replaceBytes(next, of);
        }));
        byte[] foreign = intact.get(others.get(others.size() / 2));
        all.add(spoil(middle, "a segment of another log", of, bytes -> foreign));
        all.add(spoil(
                middle,
                "the end is cut off in the middle of a frame",
                of,
                bytes -> Arrays.copyOf(bytes, inside.at + FrameHeader.LENGTH + 3)));
        all.add(spoil(middle, "the end is cut off between two frames", of, bytes -> Arrays.copyOf(bytes, inside.at)));
        all.add(spoil(middle, "frames are taken out", of, bytes -> {
            byte[] cut = new byte[bytes.length];
            System.arraycopy(bytes, 0, cut, 0, inside.at);
            int from = inside.at + inside.length;
            System.arraycopy(bytes, from, cut, inside.at, bytes.length - from);
            return cut;
        }));
        all.add(spoil(middle, "a frame is there twice", of, bytes -> {
            Frame before = frames.get(frames.size() / 2 - 1);
            System.arraycopy(of, before.at, bytes, inside.at, Math.min(before.length, inside.length));
            return bytes;
        }));
        all.add(spoil(middle, "a sector is blank", of, bytes -> {
            int from = inside.at / SECTOR * SECTOR;
            Arrays.fill(bytes, from, Math.min(bytes.length, from + SECTOR), (byte) 0);
            return bytes;
        }));
        all.add(spoil(middle, "everything is blank", of, bytes -> new byte[bytes.length]));
        all.add(spoil(middle, "the file is empty", of, bytes -> new byte[0]));
        return all;
    }

    /** Ends as a writer leaves them that dies while it writes, behind everything that was acknowledged. */
    static List<Spoiled> ofTail(Path last, byte[] right) {
        List<Frame> frames = frames(right);
        Frame closing = frames.get(frames.size() - 1);
        Frame before = frames.get(Math.max(0, frames.size() - 2));
        int end = closing.at + closing.length;
        List<Spoiled> all = new ArrayList<>();
        all.add(spoil(last, "the closing frame is missing", right, bytes -> Arrays.copyOf(bytes, closing.at)));
        all.add(spoil(last, "the closing frame is cut", right, bytes -> Arrays.copyOf(bytes, closing.at + 17)));
        all.add(spoil(last, "zeros follow", right, bytes -> Arrays.copyOf(bytes, bytes.length + 3 * SECTOR)));
        all.add(spoil(last, "a frame follows that was meant for elsewhere", right, bytes -> {
            byte[] more = Arrays.copyOf(bytes, end + before.length);
            System.arraycopy(bytes, before.at, more, end, before.length);
            return more;
        }));
        all.add(spoil(last, "anything follows", right, bytes -> {
            byte[] more = Arrays.copyOf(bytes, end + SECTOR);
            Arrays.fill(more, end, more.length, (byte) 0x4D);
            return more;
        }));
        return all;
    }

    private static Spoiled spoil(Path segment, String what, byte[] right, UnaryOperator<byte[]> change) {
        byte[] wrong = change.apply(right.clone());
        return new Spoiled(segment + ": " + what, hex(segment), disk -> disk.replaceBytes(segment, wrong));
    }
}
