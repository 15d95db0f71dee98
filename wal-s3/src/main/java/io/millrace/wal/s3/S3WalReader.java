// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.wal.s3.BucketException.Kind;
import io.millrace.wal.s3.S3WalStore.Parts;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log. Beside a writer of the same store it sees exactly what is durable; beside one of another process it sees
 * what the bucket shows, up to the first gap of each epoch.
 */
final class S3WalReader implements WalReader {
    private final S3WalStore store;
    private final Parts parts;
    private final String log;
    private final ReadAhead ahead;
    private volatile @Nullable LogIndex loaded;
    private volatile boolean closed;

    S3WalReader(S3WalStore store, Parts parts, String log, int parallelism) {
        this.store = store;
        this.parts = parts;
        this.log = log;
        this.ahead = new ReadAhead(parallelism, parts.calls(), this::fetch);
    }

    @Override
    public List<Segment> segments() {
        ensureOpen();
        return index(true).segments().entrySet().stream()
                .map(segment -> new Segment(segment.getKey(), segment.getValue(), true))
                .toList();
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        ensureOpen();
        LogIndex index = index(false);
        Integer length = index.length(segment);
        if (length == null) {
            index = index(true);
            length = index.length(segment);
        }
        if (length == null) {
            throw absent(segment, index);
        }
        int count = (int) Math.min(into.remaining(), length - offset);
        if (count <= 0) {
            return 0;
        }
        try {
            byte[] whole = ahead.read(segment, length, offset, count, index.segments());
            if (whole != null) {
                into.put(whole, (int) offset, count);
                return count;
            }
            return store.call(() -> fetch(segment, offset, into, count));
        } catch (BucketException e) {
            ensureOpen();
            if (e.kind() == Kind.ABSENT) {
                throw absent(segment, index(true));
            }
            throw e.toWal("read object '" + parts.keys().segment(log, segment) + "'");
        }
    }

    private byte[] fetch(long segment, int length) {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining()) {
            int offset = into.position();
            if (fetch(segment, offset, into, into.remaining()) <= 0) {
                throw new WalException(
                        Reason.CORRUPT,
                        "object '" + parts.keys().segment(log, segment) + "' ends after " + offset + " of " + length
                                + " bytes; restore it from a copy or a version of the bucket");
            }
        }
        return into.array();
    }

    private int fetch(long segment, long offset, ByteBuffer into, int count) {
        ByteBuffer part = into.duplicate();
        part.limit(part.position() + count);
        int read = parts.bucket().read(parts.keys().segment(log, segment), offset, part);
        into.position(into.position() + read);
        parts.meters().read(read);
        return read;
    }

    private LogIndex index(boolean refresh) {
        LogIndex live = store.liveIndex(log);
        if (live != null) {
            return live;
        }
        LogIndex known = loaded;
        if (known == null || refresh) {
            known = store.call(() -> parts.loader().load(log, parts.marks().latest(log)));
            loaded = known;
        }
        return known;
    }

    private WalException absent(long segment, LogIndex index) {
        String key = parts.keys().segment(log, segment);
        boolean freed = Long.compareUnsigned(segment, index.first()) < 0;
        return freed
                ? new WalException(
                        Reason.TRIMMED,
                        "segment " + new WalPosition(segment, 0) + " of log '" + log + "' (object '" + key
                                + "') was freed")
                : new WalException(
                        Reason.CORRUPT,
                        "log '" + log + "' has no segment " + new WalPosition(segment, 0) + ": object '" + key
                                + "' does not exist or does not count; restore it from a copy");
    }

    private void ensureOpen() {
        store.ensureOpen();
        if (closed) {
            throw new WalException(Reason.CLOSED, "the reader of log '" + log + "' is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        ahead.clear();
        store.closed(this);
    }
}
