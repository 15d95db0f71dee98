// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells a torn tail from a damaged log (LF-40 to LF-45). A tail is torn where an append was under way when the writer
 * died: it was never acknowledged, and is cut silently. The same bytes are damage if anything that was written later
 * says that the place had been durable: a later frame of the segment by its {@code durableUpTo}, the next segment by
 * its {@code prevSealedEnd}, or a witness of the caller's.
 *
 * @since 0.1
 */
public final class TailRule {
    /** What stands at the end of a segment. */
    public enum Kind {
        /** Whole frames up to the end. */
        COMPLETE,
        /** An append that was never acknowledged. */
        TORN,
        /** Bytes that were durable once and are not what was written. */
        CORRUPT,
        /** A frame of a later version of the format. */
        NEWER_VERSION
    }

    /**
     * The end of a segment that was not sealed.
     *
     * @param end after the last whole frame; what follows does not count
     * @param vouched up to where the frames themselves say that they had been durable
     * @param closed whether the last frame says that the log was closed in order
     * @param tornBytes how many bytes of unfinished appends follow {@code end}: up to the last one that is not zero, or, in a
     *     recycled segment, up to where the last frame ends whose header is intact
     * @param problem why the frames end there, for people; empty if complete
     */
    public record Tail(Kind kind, long end, long vouched, boolean closed, long tornBytes, String problem) {}

    private static final int SEARCH_BYTES = 256 << 10;

    private TailRule() {}

    /**
     * Finds where the frames of a segment end.
     *
     * @param witness an offset up to which the caller knows that the segment was durable; 0 if it knows nothing
     */
    public static Tail find(SegmentInput in, long witness, int prefetch) throws IOException {
        FrameScanner scanner = new FrameScanner(in, 0, prefetch);
        long vouched = 0;
        boolean closed = false;
        FrameScanner.Step step = scanner.next();
        while (step == FrameScanner.Step.FRAME) {
            FrameHeader frame = scanner.header();
            vouched = Math.max(vouched, frame.durableUpTo());
            closed = frame.has(FrameHeader.CLOSE);
            step = scanner.next();
        }
        long end = scanner.offset();
        if (step == FrameScanner.Step.NEWER_VERSION) {
            return new Tail(Kind.NEWER_VERSION, end, vouched, false, 0, scanner.problem());
        }
        String problem = step == FrameScanner.Step.END ? "the bytes end here" : scanner.problem();
        if (witness > end) {
            return corrupt(end, vouched, problem, "offset " + witness + " had been acknowledged");
        }
        if (step == FrameScanner.Step.END) {
            return new Tail(Kind.COMPLETE, end, vouched, closed, 0, "");
        }
        Rest rest = search(in, end);
        if (rest.witness >= 0) {
            return corrupt(
                    end, vouched, problem, "a frame at offset " + rest.witness + " says that it had been durable");
        }
        long torn = (in.recycled() ? rest.framesEnd : rest.bytesEnd) - end;
        return torn <= 0
                ? new Tail(Kind.COMPLETE, end, vouched, closed, 0, "")
                : new Tail(Kind.TORN, end, vouched, false, torn, problem);
    }

    private static Tail corrupt(long end, long vouched, String problem, String evidence) {
        return new Tail(Kind.CORRUPT, end, vouched, false, 0, problem + ", but " + evidence);
    }

    /**
     * What lies behind the last whole frame.
     *
     * @param witness the offset of an intact frame header of this place that vouches for more than the frames' end, or -1
     * @param framesEnd where the frames end that were begun here, as far as their headers are intact
     * @param bytesEnd behind the last byte that is not zero
     */
    private record Rest(long witness, long framesEnd, long bytesEnd) {}

    private static Rest search(SegmentInput in, long end) throws IOException {
        ByteBuffer window = ByteBuffer.allocate((int) Math.min(SEARCH_BYTES, in.length() - end));
        long framesEnd = end;
        long bytesEnd = end;
        long windowAt = end;
        while (windowAt < in.length()) {
            window.clear();
            window.limit((int) Math.min(window.capacity(), in.length() - windowAt));
            while (window.hasRemaining() && in.read(windowAt + window.position(), window) > 0) {
                // as much as there is
            }
            int length = window.position();
            int i = 0;
            for (; i + FrameHeader.LENGTH <= length; i += FrameHeader.ALIGNMENT) {
                long word = window.getLong(i);
                if (word == 0) {
                    continue;
                }
                bytesEnd = windowAt + i + FrameHeader.ALIGNMENT - Long.numberOfTrailingZeros(word) / Byte.SIZE;
                if (FrameHeader.intactAt(window, i)) {
                    FrameHeader own = FrameHeader.decode(window, i);
                    if (own.problemAt(in.segment(), windowAt + i) == null) {
                        framesEnd = Math.max(framesEnd, Math.min(in.length(), windowAt + i + own.frameLength()));
                        if (own.durableUpTo() > end) {
                            return new Rest(windowAt + i, framesEnd, bytesEnd);
                        }
                    }
                }
            }
            if (i == 0 || windowAt + length >= in.length()) {
                for (; i < length; i++) {
                    if (window.get(i) != 0) {
                        bytesEnd = windowAt + i + 1;
                    }
                }
                break;
            }
            windowAt += i;
        }
        return new Rest(-1, framesEnd, bytesEnd);
    }
}
