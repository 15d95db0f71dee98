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
     * The end of a segment that nobody sealed.
     *
     * @param end after the last whole frame; what follows does not count
     * @param vouched up to where the frames themselves say that they had been durable
     * @param closed whether the last frame says that the log was closed in order
     * @param tornBytes how many bytes follow {@code end}, without zeros at the very end of a preallocated segment
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
        long witnessing = laterWitness(in, end);
        if (witnessing >= 0) {
            return corrupt(end, vouched, problem, "a frame at offset " + witnessing + " says that it had been durable");
        }
        return new Tail(Kind.TORN, end, vouched, false, in.length() - end, problem);
    }

    private static Tail corrupt(long end, long vouched, String problem, String evidence) {
        return new Tail(Kind.CORRUPT, end, vouched, false, 0, problem + ", but " + evidence);
    }

    /** The offset of an intact frame header behind {@code at} that vouches for more than {@code at}, or -1. */
    static long laterWitness(SegmentInput in, long at) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(SEARCH_BYTES);
        long windowAt = (at & -FrameHeader.ALIGNMENT) + FrameHeader.ALIGNMENT;
        while (windowAt + FrameHeader.LENGTH <= in.length()) {
            window.clear();
            window.limit((int) Math.min(window.capacity(), in.length() - windowAt));
            while (window.hasRemaining() && in.read(windowAt + window.position(), window) > 0) {
                // as much as there is
            }
            int last = window.position() - FrameHeader.LENGTH;
            if (last < 0) {
                return -1;
            }
            int i = 0;
            for (; i <= last; i += FrameHeader.ALIGNMENT) {
                if (FrameHeader.intactAt(window, i)) {
                    FrameHeader later = FrameHeader.decode(window, i);
                    if (later.problemAt(in.segment(), windowAt + i) == null && later.durableUpTo() > at) {
                        return windowAt + i;
                    }
                }
            }
            windowAt += i;
        }
        return -1;
    }
}
