// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalReader;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log on disk. Beside a writer of the same store it sees exactly what is durable; beside one of another process
 * it sees what the files hold, of which the last segment's end is not yet certain.
 */
final class LocalWalReader implements WalReader {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWalReader.class);

    private final LocalWalStore store;
    private final String log;
    private final OpenFiles files;
    private volatile @Nullable SegmentIndex seen;
    private volatile boolean closed;

    LocalWalReader(LocalWalStore store, String log) {
        this.store = store;
        this.log = log;
        this.files = new OpenFiles(store.fs());
    }

    @Override
    public List<Segment> segments() {
        Optional<SegmentIndex> index = refresh();
        return index.map(found -> found.segments().stream()
                        .map(segment -> new Segment(segment.header.segment(), segment.end(), segment.sealed()))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        ensureOpen();
        SegmentIndex index = seen;
        Indexed found = index == null ? null : index.find(segment);
        if (found == null || (!found.sealed() && offset >= found.end())) {
            index = refresh().orElse(null);
            found = index == null ? null : index.find(segment);
        }
        if (index == null || found == null) {
            throw absent(segment, index);
        }
        long left = found.end() - offset;
        if (left <= 0) {
            return 0;
        }
        ByteBuffer part = into.duplicate();
        part.limit((int) Math.min(into.limit(), into.position() + left));
        try {
            int read = Math.max(0, files.read(index.file(segment), part, SegmentHeader.LENGTH + offset));
            if (!holds(index.file(segment), segment)) {
                throw absent(segment, refresh().orElse(null));
            }
            into.position(into.position() + read);
            return read;
        } catch (NoSuchFileException e) {
            throw absent(segment, refresh().orElse(null));
        } catch (IOException e) {
            ensureOpen();
            throw FsErrors.of("read", index.file(segment), e);
        }
    }

    /**
     * Whether a file still was this segment's when it was read: one that was freed meanwhile may hold another segment,
     * whose header is written before its frames.
     */
    private boolean holds(Path file, long segment) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SegmentHeader.LENGTH);
        while (header.hasRemaining() && files.read(file, header, header.position()) > 0) {
            // as much as there is
        }
        header.flip();
        return SegmentHeader.kindOf(header) == SegmentHeader.Kind.INTACT
                && SegmentHeader.decode(header).segment() == segment;
    }

    private Optional<SegmentIndex> refresh() {
        ensureOpen();
        Optional<SegmentIndex> index = store.index(log);
        index.ifPresent(found -> seen = found);
        return index;
    }

    private WalException absent(long segment, @Nullable SegmentIndex index) {
        String name = SegmentIndex.fileName(segment);
        if (index != null && Long.compareUnsigned(segment, index.first()) < 0) {
            return new WalException(Reason.TRIMMED, "segment " + name + " of log '" + log + "' was freed");
        }
        return new WalException(
                Reason.CORRUPT,
                "log '" + log + "' has no segment " + store.directory(log).resolve(name)
                        + ", or the file has lost its header; restore it from a copy");
    }

    private void ensureOpen() {
        store.ensureOpen();
        if (closed) {
            throw new WalException(Reason.CLOSED, "the reader of log '" + log + "' is closed");
        }
    }

    /** Whose log it reads. */
    String log() {
        return log;
    }

    /** Lets go of a file that is being freed; as long as it is open its bytes stay on the disk. */
    void forget(Path file) {
        try {
            files.forget(file);
        } catch (IOException e) {
            LOG.debug("cannot close {}", file, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        store.closed(this);
        try {
            files.close();
        } catch (IOException e) {
            throw FsErrors.of("close", store.directory(log), e);
        }
    }
}
