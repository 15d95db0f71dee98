// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's frames in order and believes nothing: header, place, entry table, payloads and padding are all
 * checked before a frame is shown. Holds the prefetched bytes or the current frame in memory, whichever is larger. Not
 * thread-safe.
 *
 * @since 0.1
 */
public final class FrameScanner {
    /** What {@link #next} found. */
    public enum Step {
        /** A frame, which the other methods show until the next call. */
        FRAME,
        /** No bytes, or only zeros, up to the input's length. */
        END,
        /** Bytes that are not a frame of this place: {@link TailRule} says what that means. */
        INVALID,
        /** A frame of a later version of the format. Nothing may be concluded from what follows. */
        NEWER_VERSION
    }

    private static final byte[] ZEROS = new byte[8 << 10];

    private final SegmentInput in;
    private final int prefetch;

    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;
    private int windowLength;

    private long next;
    private long at;
    private @Nullable FrameHeader header;
    private int[] payloadIndex = new int[16];
    private String problem = "";

    /**
     * @param from the offset of a frame
     * @param prefetch how many bytes to read at once, at least
     */
    public FrameScanner(SegmentInput in, long from, int prefetch) {
        this.in = in;
        this.next = from;
        this.at = from;
        this.prefetch = Math.max(prefetch, FrameHeader.LENGTH);
    }

    /** Goes to the next frame. After anything but {@link Step#FRAME} the scanner stays where it is. */
    public Step next() throws IOException {
        at = next;
        header = null;
        long left = in.length() - at;
        if (left <= 0) {
            return Step.END;
        }
        int available = load(at, (int) Math.min(left, FrameHeader.LENGTH));
        int base = index(at);
        if (available < FrameHeader.LENGTH) {
            return endOr("only " + left + " bytes are left, less than a frame's header");
        }
        if (!FrameHeader.intactAt(window, base)) {
            return endOr(
                    FrameHeader.magicAt(window, base) ? "a frame's header fails its checksum" : "no frame begins here");
        }
        int version = FrameHeader.versionAt(window, base);
        if (version > FrameHeader.VERSION) {
            problem = "the frame has format version " + version + ", this program reads up to " + FrameHeader.VERSION;
            return Step.NEWER_VERSION;
        }
        FrameHeader found = FrameHeader.decode(window, base);
        String wrong = found.problemAt(in.segment(), at);
        if (wrong == null) {
            wrong = checkBody(found, left);
        }
        if (wrong != null) {
            problem = wrong;
            return Step.INVALID;
        }
        header = found;
        next = at + found.frameLength();
        return Step.FRAME;
    }

    /** Where the current frame begins, or where the scan stopped. */
    public long offset() {
        return at;
    }

    /** The current frame's header. */
    public FrameHeader header() {
        if (header == null) {
            throw new IllegalStateException("there is no current frame");
        }
        return header;
    }

    /** Why the scan stopped, for people. */
    public String problem() {
        return problem;
    }

    /** The array that holds the current frame's payloads. */
    public byte[] array() {
        return window.array();
    }

    /** Where an entry's payload begins in {@link #array()}. */
    public int payloadIndex(int entry) {
        return payloadIndex[entry];
    }

    /** Where an entry's payload begins in the segment's frames. */
    public long payloadOffset(int entry) {
        return windowAt + payloadIndex[entry];
    }

    /** How many bytes an entry's payload has. */
    public int length(int entry) {
        return EntryTable.length(window, tableIndex(entry));
    }

    /** The CRC-32C of an entry's payload. */
    public int crc(int entry) {
        return EntryTable.crc(window, tableIndex(entry));
    }

    /** An entry's type. */
    public int type(int entry) {
        return EntryTable.type(window, tableIndex(entry));
    }

    /** An entry's stream. */
    public int stream(int entry) {
        return EntryTable.stream(window, tableIndex(entry));
    }

    private int tableIndex(int entry) {
        return index(at) + FrameHeader.LENGTH + entry * EntryTable.ENTRY;
    }

    private @Nullable String checkBody(FrameHeader found, long left) throws IOException {
        int length = found.frameLength();
        if (length > left) {
            return "a frame of " + length + " bytes has only " + left + " left";
        }
        if (load(at, length) < length) {
            return "a frame of " + length + " bytes is cut short";
        }
        byte[] bytes = window.array();
        int table = index(at) + FrameHeader.LENGTH;
        if (EntryTable.checksum(bytes, table, found.count() * EntryTable.ENTRY) != found.tableCrc()) {
            return "a frame's table of entries fails its checksum";
        }
        if (found.count() > payloadIndex.length) {
            payloadIndex = new int[Math.max(found.count(), payloadIndex.length * 2)];
        }
        int payload = table + found.count() * EntryTable.ENTRY;
        int end = index(at) + FrameHeader.LENGTH + found.bodyLength();
        for (int i = 0; i < found.count(); i++) {
            int entry = table + i * EntryTable.ENTRY;
            int size = EntryTable.length(window, entry);
            if (size < 0 || size > end - payload) {
                return "entry " + i + " of a frame claims " + size + " bytes, more than the frame has";
            }
            if (EntryTable.checksum(bytes, payload, size) != EntryTable.crc(window, entry)) {
                return "entry " + i + " of a frame fails its checksum";
            }
            payloadIndex[i] = payload;
            payload += size;
        }
        if (payload != end) {
            return "a frame has " + (end - payload) + " bytes that belong to no entry";
        }
        for (int i = end; i < index(at) + length; i++) {
            if (bytes[i] != 0) {
                return "a frame's padding is not zero";
            }
        }
        return null;
    }

    private Step endOr(String otherwise) throws IOException {
        if (onlyZeros(at)) {
            return Step.END;
        }
        problem = otherwise;
        return Step.INVALID;
    }

    /** Whether nothing but zeros follows. Moves the window. */
    private boolean onlyZeros(long from) throws IOException {
        long offset = from;
        while (offset < in.length()) {
            int available = load(offset, 1);
            if (available == 0) {
                return true;
            }
            int start = index(offset);
            int count = Math.min(windowLength - start, ZEROS.length);
            if (Arrays.mismatch(window.array(), start, start + count, ZEROS, 0, count) >= 0) {
                return false;
            }
            offset += count;
        }
        return true;
    }

    private int index(long offset) {
        return (int) (offset - windowAt);
    }

    /** Makes sure that {@code needed} bytes from {@code offset} are in the window; returns how many of them there are. */
    private int load(long offset, int needed) throws IOException {
        long windowEnd = windowAt + windowLength;
        if (offset >= windowAt && offset + needed <= windowEnd) {
            return needed;
        }
        int kept = offset >= windowAt && offset < windowEnd ? (int) (windowEnd - offset) : 0;
        int capacity = (int) Math.min(Math.max(prefetch, needed), Math.max(in.length() - offset, needed));
        byte[] from = window.array();
        byte[] to = capacity <= from.length ? from : new byte[capacity];
        if (kept > 0) {
            System.arraycopy(from, index(offset), to, 0, kept);
        } else if (from.length > prefetch && capacity <= prefetch) {
            to = new byte[capacity];
        }
        window = ByteBuffer.wrap(to);
        windowAt = offset;
        windowLength = kept;
        int wanted = (int) Math.min(to.length, Math.max(in.length() - offset, 0));
        ByteBuffer into = window.duplicate().position(kept).limit(Math.max(kept, wanted));
        while (windowLength < needed && into.hasRemaining()) {
            int read = in.read(offset + windowLength, into);
            if (read <= 0) {
                break;
            }
            windowLength += read;
        }
        if (windowLength < to.length) {
            Arrays.fill(to, windowLength, to.length, (byte) 0);
        }
        return Math.min(windowLength, needed);
    }
}
