// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.hdfs.client.HdfsDataInputStream;

/**
 * A bounded number of segments that are open for reading, the least recently used of which is closed first. A stream sees
 * a file as long as it was when it was opened; one that is asked for more is opened anew.
 */
final class OpenFiles implements AutoCloseable {
    private static final int MAX_OPEN = 16;

    private final Hdfs hdfs;
    private final Map<String, Opened> files = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);
    private boolean closed;

    /** A file and how many reads are using it; closed by the last of them once it is no longer in the map. */
    private static final class Opened {
        final FSDataInputStream in;
        final long length;
        int users;
        boolean dropped;

        Opened(FSDataInputStream in, long length) {
            this.in = in;
            this.length = length;
        }
    }

    OpenFiles(Hdfs hdfs) {
        this.hdfs = hdfs;
    }

    /** Reads from a file that is known to have at least {@code needed} bytes. */
    int read(String path, ByteBuffer into, long at, long needed) throws IOException {
        Opened used = acquire(path, needed);
        try {
            if (into.hasArray()) {
                int read = used.in.read(at, into.array(), into.arrayOffset() + into.position(), into.remaining());
                into.position(into.position() + Math.max(0, read));
                return read;
            }
            byte[] bytes = new byte[Math.min(into.remaining(), 1 << 20)];
            int read = used.in.read(at, bytes, 0, bytes.length);
            if (read > 0) {
                into.put(bytes, 0, read);
            }
            return read;
        } finally {
            release(used);
        }
    }

    private Opened acquire(String path, long needed) throws IOException {
        synchronized (this) {
            ensureOpen();
            Opened found = files.get(path);
            if (found != null && found.length >= needed) {
                found.users++;
                return found;
            }
        }
        FSDataInputStream in = hdfs.open(path);
        long length = in instanceof HdfsDataInputStream known ? known.getVisibleLength() : Long.MAX_VALUE;
        Opened fresh = new Opened(in, length);
        synchronized (this) {
            if (closed) {
                in.close();
                ensureOpen();
            }
            fresh.users++;
            Opened before = files.put(path, fresh);
            if (before != null) {
                drop(before);
            }
            if (files.size() > MAX_OPEN) {
                Iterator<Opened> oldest = files.values().iterator();
                Opened dropped = oldest.next();
                oldest.remove();
                drop(dropped);
            }
        }
        return fresh;
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the reader is closed");
        }
    }

    private synchronized void release(Opened used) throws IOException {
        used.users--;
        if (used.dropped && used.users == 0) {
            used.in.close();
        }
    }

    /** Lets go of a stream that has failed: the next read opens another, which asks the namenode where the replicas are. */
    synchronized void forget(String path) throws IOException {
        Opened opened = files.remove(path);
        if (opened != null) {
            drop(opened);
        }
    }

    private static void drop(Opened opened) throws IOException {
        opened.dropped = true;
        if (opened.users == 0) {
            opened.in.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (Opened opened : files.values()) {
            drop(opened);
        }
        files.clear();
    }
}
