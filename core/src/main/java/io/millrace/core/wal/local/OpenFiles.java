// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded number of segment files that are open for reading, the least recently used of which is closed first. */
final class OpenFiles implements AutoCloseable {
    private static final int MAX_OPEN = 16;

    private final SegmentFs fs;
    private final Map<Path, Opened> files = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);
    private boolean closed;

    /** A file and how many reads are using it; closed by the last of them once it is no longer in the map. */
    private static final class Opened {
        final SegmentFile file;
        int users;
        boolean dropped;

        Opened(SegmentFile file) {
            this.file = file;
        }
    }

    OpenFiles(SegmentFs fs) {
        this.fs = fs;
    }

    int read(Path path, ByteBuffer into, long at) throws IOException {
        Opened used = acquire(path);
        try {
            return used.file.read(into, at);
        } finally {
            release(used);
        }
    }

    private synchronized Opened acquire(Path path) throws IOException {
        if (closed) {
            throw new IOException("the reader is closed");
        }
        Opened found = files.get(path);
        if (found == null) {
            found = new Opened(fs.open(path, false));
            files.put(path, found);
            if (files.size() > MAX_OPEN) {
                Iterator<Opened> oldest = files.values().iterator();
                Opened dropped = oldest.next();
                oldest.remove();
                drop(dropped);
            }
        }
        found.users++;
        return found;
    }

    private synchronized void release(Opened used) throws IOException {
        used.users--;
        if (used.dropped && used.users == 0) {
            used.file.close();
        }
    }

    /** Closes a file that is not needed any more, so that its space can be freed. */
    synchronized void forget(Path path) throws IOException {
        Opened opened = files.remove(path);
        if (opened != null) {
            drop(opened);
        }
    }

    private static void drop(Opened opened) throws IOException {
        opened.dropped = true;
        if (opened.users == 0) {
            opened.file.close();
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
