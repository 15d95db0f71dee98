// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.support.SegmentHeader;
import io.millrace.wal.support.SegmentInput;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Decides where the last segment of an earlier epoch ends. What is decided must stay so, whatever happens next, because
 * the program acts on it: the header, and the frames that nobody vouches for, are written once more over themselves and
 * forced. (The writer may have died before its sync, or of a failed one, after which the system holds pages in memory that
 * it believes to be on disk; forcing alone would keep none of them.) What follows is left as it is, since a writer that was
 * fenced may still be at it: {@link LogFacts} then say where the segment ends.
 */
final class TailSeal {
    private static final int PREFETCH = 1 << 20;

    private TailSeal() {}

    /** Where the frames of a segment end that somebody may be writing: beyond them nothing is shown. */
    static long visibleEnd(SegmentFs fs, Path file, SegmentHeader header) {
        try (SegmentFile opened = fs.open(file, false)) {
            Input input = Input.of(opened, header);
            TailRule.Tail tail = TailRule.find(input, 0, PREFETCH);
            return switch (tail.kind()) {
                case COMPLETE, TORN -> tail.end();
                case CORRUPT, NEWER_VERSION -> input.length(); // whoever reads on is told
            };
        } catch (IOException e) {
            throw FsErrors.of("read", file, e);
        }
    }

    /**
     * Seals a segment.
     *
     * @param limit where an earlier owner found its end; nothing behind that counts
     */
    static TailRule.Tail seal(SegmentFs fs, Path file, SegmentHeader header, long limit) {
        try (SegmentFile opened = fs.open(file, true)) {
            TailRule.Tail tail = TailRule.find(Input.of(opened, header).upTo(limit), 0, PREFETCH);
            switch (tail.kind()) {
                case CORRUPT ->
                    throw new WalException(
                            Reason.CORRUPT,
                            file + " is damaged at offset " + tail.end() + " of its frames (byte "
                                    + (tail.end() + SegmentHeader.LENGTH) + "): " + tail.problem()
                                    + ". The disk lost what was durable: restore the file from a copy");
                case NEWER_VERSION ->
                    throw new WalException(
                            Reason.UNSUPPORTED,
                            file + " was written by a later version of Millrace (" + tail.problem()
                                    + "): run that version");
                case COMPLETE, TORN -> {
                    rewrite(opened, 0, SegmentHeader.LENGTH);
                    rewrite(opened, SegmentHeader.LENGTH + tail.vouched(), SegmentHeader.LENGTH + tail.end());
                    opened.force(true);
                }
            }
            return tail;
        } catch (IOException e) {
            throw FsErrors.of("seal", file, e);
        }
    }

    private static void rewrite(SegmentFile file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PREFETCH, Math.max(0, to - from)));
        for (long at = from; at < to; at += bytes.limit()) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
            while (bytes.hasRemaining()) {
                if (file.read(bytes, at + bytes.position()) <= 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            file.write(bytes.flip(), at);
        }
    }

    /** The frames of a segment file. */
    private record Input(SegmentFile file, long segment, long length, boolean recycled) implements SegmentInput {
        static Input of(SegmentFile file, SegmentHeader header) throws IOException {
            return new Input(
                    file,
                    header.segment(),
                    Math.max(0, file.length() - SegmentHeader.LENGTH),
                    header.has(SegmentHeader.RECYCLED));
        }

        Input upTo(long limit) {
            return new Input(file, segment, Math.min(length, limit), recycled);
        }

        @Override
        public int read(long offset, ByteBuffer into) throws IOException {
            ByteBuffer part = into.duplicate();
            part.limit((int) Math.min(into.limit(), into.position() + Math.max(0, length - offset)));
            int read = part.hasRemaining() ? file.read(part, SegmentHeader.LENGTH + offset) : 0;
            into.position(part.position());
            return read;
        }
    }
}
