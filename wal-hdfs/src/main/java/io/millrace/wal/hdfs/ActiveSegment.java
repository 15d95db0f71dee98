// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;

/**
 * The segment that is being written: one thread writes, others sync what it has written. The fields that say how far each
 * has come are guarded by the writer's monitor.
 */
final class ActiveSegment {
    private static final int CHUNK = 64 << 10;

    private final HdfsDataOutputStream out;
    private final Segment indexed;
    private final long capacity;
    private final boolean flushOnly;
    private byte[] chunk = new byte[0];

    /** How many bytes of frames were written, and how many of these a sync covers that has begun. */
    long written;

    long covered;

    /** When the syncs under way began. */
    final TreeMap<Long, Integer> syncs = new TreeMap<>();

    int syncing;

    /** When the write under way began; 0 if there is none. */
    long writingSince;

    /** Whether the next frame goes to another segment. */
    boolean rollDue;

    ActiveSegment(HdfsDataOutputStream out, Segment indexed, long capacity, boolean flushOnly) {
        this.out = out;
        this.indexed = indexed;
        this.capacity = capacity;
        this.flushOnly = flushOnly;
    }

    Segment indexed() {
        return indexed;
    }

    WalPosition at(long offset) {
        return new WalPosition(indexed.id(), offset);
    }

    boolean takes(int length) {
        return !rollDue && written + length <= capacity;
    }

    void writeHeader(SegmentHeader header) throws IOException {
        write(new ByteBuffer[] {header.encode()});
        sync();
    }

    /** Writes a frame behind the others. Neither contents nor positions of the buffers change. */
    void write(ByteBuffer[] frame) throws IOException {
        for (ByteBuffer part : frame) {
            if (part.hasArray()) {
                out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            } else {
                copy(part);
            }
        }
    }

    private void copy(ByteBuffer part) throws IOException {
        if (chunk.length == 0) {
            chunk = new byte[CHUNK];
        }
        for (int from = part.position(); from < part.limit(); from += chunk.length) {
            int length = Math.min(chunk.length, part.limit() - from);
            part.get(from, chunk, 0, length);
            out.write(chunk, 0, length);
        }
    }

    /** Makes what was written before the call durable. Several threads may be at it. */
    void sync() throws IOException {
        if (flushOnly) {
            out.hflush();
        } else {
            out.hsync();
        }
    }

    /** How many datanodes take part at present. */
    int replicas() throws IOException {
        return out.getCurrentBlockReplication();
    }

    void close() throws IOException {
        out.close();
    }
}
