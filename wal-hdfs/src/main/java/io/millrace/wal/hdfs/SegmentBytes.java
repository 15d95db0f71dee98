// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import io.millrace.wal.support.SegmentHeader;
import io.millrace.wal.support.SegmentInput;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.hdfs.client.HdfsDataInputStream;

/** The bytes of a segment's file as they are now, read from front to back. Not thread-safe. */
final class SegmentBytes implements SegmentInput, AutoCloseable {
    private static final int PREFETCH = 1 << 20;

    private final FSDataInputStream in;
    private final long segment;
    private final long length;
    private byte[] buffer = new byte[0];

    private SegmentBytes(FSDataInputStream in, long segment, long length) {
        this.in = in;
        this.segment = segment;
        this.length = length;
    }

    static SegmentBytes open(Hdfs hdfs, SegmentFile file) throws IOException {
        FSDataInputStream in = hdfs.open(file.path());
        // Of a file that is being written the namenode does not know the length, its datanodes do.
        long visible = in instanceof HdfsDataInputStream known ? known.getVisibleLength() : file.length();
        return new SegmentBytes(in, file.segment(), Math.max(0, visible - SegmentHeader.LENGTH));
    }

    /** The first bytes, as many as there are. */
    ByteBuffer header() throws IOException {
        byte[] header = new byte[SegmentHeader.LENGTH];
        in.seek(0);
        int read = in.readNBytes(header, 0, header.length);
        return ByteBuffer.wrap(header).limit(read);
    }

    /** The same bytes, known to be this segment's. */
    SegmentBytes of(SegmentHeader header) {
        if (header.segment() != segment) {
            throw new IllegalArgumentException("not the segment of this file");
        }
        return this;
    }

    /** Where the frames end, by the tail rule. */
    TailRule.Tail tail() throws IOException {
        return TailRule.find(this, 0, PREFETCH);
    }

    @Override
    public long segment() {
        return segment;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        if (offset >= length || !into.hasRemaining()) {
            return 0;
        }
        long at = SegmentHeader.LENGTH + offset;
        if (in.getPos() != at) {
            in.seek(at);
        }
        int wanted = (int) Math.min(into.remaining(), length - offset);
        if (buffer.length < wanted) {
            buffer = new byte[wanted];
        }
        int read = in.readNBytes(buffer, 0, wanted);
        into.put(buffer, 0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
