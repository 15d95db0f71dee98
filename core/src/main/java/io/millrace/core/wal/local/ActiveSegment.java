// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The segment that is being written. Its {@linkplain Indexed#end() end} moves only with what has been forced. Frames lie
 * within the length that the file was made with, so that writing them changes nothing but its bytes.
 */
final class ActiveSegment implements AutoCloseable {
    private static final int HEADER_BYTES = 64;

    private final SegmentFile file;
    private final Placed placed;
    private final Indexed indexed;
    private final long capacity;
    private final long begunNanos;
    private long written;

    /**
     * @param placed where the file is
     * @param capacity how many bytes of frames the file has room for
     * @param begunNanos when it was begun, by the clock
     */
    ActiveSegment(SegmentFile file, Placed placed, Indexed indexed, long capacity, long begunNanos) {
        this.file = file;
        this.placed = placed;
        this.indexed = indexed;
        this.capacity = capacity;
        this.begunNanos = begunNanos;
    }

    long id() {
        return indexed.header.segment();
    }

    /** Where its file was when it was begun. */
    Placed placed() {
        return placed;
    }

    /** Where the next frame goes. */
    WalPosition position() {
        return new WalPosition(id(), written);
    }

    long written() {
        return written;
    }

    long capacity() {
        return capacity;
    }

    long begunNanos() {
        return begunNanos;
    }

    boolean hasRoom(int bytes) {
        return written + bytes <= capacity;
    }

    /** Puts a frame behind the others. It does not count before {@link #durable}. */
    void write(ByteBuffer[] frame, Gather gather) throws IOException {
        written = gather.write(file, frame, SegmentHeader.LENGTH + written) - SegmentHeader.LENGTH;
    }

    /**
     * Makes what was written durable; frames may be written behind it meanwhile. If it fails, the file must not be used
     * again.
     */
    void force() throws IOException {
        file.force(false);
    }

    /** Where what was forced ends. */
    long durable() {
        return indexed.end();
    }

    /** Everything before {@code offset} was forced. */
    void durable(long offset) {
        indexed.extend(offset);
    }

    /** Makes sure that nothing is ever found of a frame that was not finished. */
    void undo() throws IOException {
        file.write(ByteBuffer.allocate(HEADER_BYTES), SegmentHeader.LENGTH + written);
        file.force(false);
    }

    /** Ends the segment at the last forced byte. */
    void seal() {
        indexed.seal(indexed.end());
    }

    /** Its file has failed. */
    void fail() {
        indexed.fail();
    }

    /** Gives back the room behind the frames. */
    void giveRoomBack() throws IOException {
        file.truncate(SegmentHeader.LENGTH + indexed.end());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
