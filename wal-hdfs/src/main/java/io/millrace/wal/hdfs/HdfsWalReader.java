// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalReader;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log on HDFS. Beside a writer of the same store it sees exactly what is durable; beside one of another process
 * it sees what the datanodes show, of which the last segment's end is not yet certain.
 */
final class HdfsWalReader implements WalReader {
    private static final Logger LOG = LoggerFactory.getLogger(HdfsWalReader.class);
    private static final int ATTEMPTS = 4;

    private final HdfsWalStore store;
    private final String log;
    private final OpenFiles files;
    private volatile @Nullable Chain seen;
    private volatile boolean closed;

    HdfsWalReader(HdfsWalStore store, String log) {
        this.store = store;
        this.log = log;
        this.files = new OpenFiles(store.hdfs());
    }

    @Override
    public List<Segment> segments() {
        return Interrupts.shielded(() -> refresh()
                .map(chain -> chain.segments().stream()
                        .map(found -> new Segment(found.id(), found.end(), found.sealed()))
                        .toList())
                .orElse(List.of()));
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        ensureOpen();
        // An interrupt that arrives in the middle fails the read, which is then done again without it.
        boolean interrupted = Thread.interrupted();
        try {
            WalException failure = null;
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    return tryRead(segment, offset, into, attempt > 0);
                } catch (IOException e) {
                    ensureOpen();
                    interrupted |= Thread.interrupted();
                    failure = HdfsErrors.of("read", "segment " + String.format(Locale.ROOT, "%016x", segment), e);
                }
            }
            throw failure == null ? absent(segment, null) : failure;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int tryRead(long segment, long offset, ByteBuffer into, boolean again) throws IOException {
        Chain chain = again ? null : seen;
        io.millrace.wal.hdfs.Segment found = chain == null ? null : chain.find(segment);
        if (found == null || (!found.sealed() && offset >= found.end())) {
            chain = refresh().orElse(null);
            found = chain == null ? null : chain.find(segment);
        }
        if (found == null) {
            throw absent(segment, chain);
        }
        long end = found.end();
        if (end <= offset || !into.hasRemaining()) {
            return 0;
        }
        ByteBuffer part = into.duplicate();
        part.limit((int) Math.min(into.limit(), into.position() + (end - offset)));
        try {
            long at = SegmentHeader.LENGTH + offset;
            int read = files.read(found.path(), part, at, at + part.remaining());
            if (read <= 0) {
                throw new IOException("there is nothing at offset " + offset + " of " + found.path());
            }
            into.position(into.position() + read);
            return read;
        } catch (IOException e) {
            forget(found.path());
            throw e;
        }
    }

    private void forget(String path) {
        try {
            files.forget(path);
        } catch (IOException e) {
            LOG.debug("cannot close {}", path, e);
        }
    }

    private Optional<Chain> refresh() {
        ensureOpen();
        Optional<Chain> chain = store.chain(log);
        chain.ifPresent(found -> seen = found);
        return chain;
    }

    private WalException absent(long segment, @Nullable Chain chain) {
        String name = String.format(Locale.ROOT, "%016x", segment);
        if (chain != null && Long.compareUnsigned(segment, chain.first()) < 0) {
            return new WalException(Reason.TRIMMED, "segment " + name + " of log '" + log + "' was freed");
        }
        return new WalException(
                Reason.CORRUPT,
                "log '" + log + "' in " + store + " has no segment " + name
                        + ", or its file has lost its header; restore it from a copy");
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
        store.closed(this);
        try {
            files.close();
        } catch (IOException e) {
            LOG.debug("cannot close the streams of log '{}'", log, e);
        }
    }
}
