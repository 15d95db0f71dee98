// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.core.wal.local.Spares.Spare;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the segments of one writer. A segment is as large as the log is fast: the first is small, and one that
 * is half full within seconds asks for a successor of four times its size, up to the limit. So a log of little traffic
 * takes little room, and a fast one changes its file every few seconds at most.
 *
 * <p>Used by one thread at a time.
 */
final class SegmentMaker {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentMaker.class);

    private static final long FIRST = 1 << 20;
    private static final long AT_ONCE = 16 << 20;
    private static final long FAST_NANOS = Duration.ofSeconds(5).toNanos();

    private final LocalWalStore store;
    private final SegmentIndex index;
    private final Spares spares;
    private long next;
    private long capacity;
    private @Nullable ActiveSegment looked;

    SegmentMaker(LocalWalStore store, long epoch, SegmentIndex index, Spares spares) {
        this.store = store;
        this.index = index;
        this.spares = spares;
        this.next = first(epoch, index);
        this.capacity = Math.min(FIRST, store.settings().segmentBytes());
    }

    private static long first(long epoch, SegmentIndex index) {
        long mine = WalPosition.segment(epoch, 0);
        long next = Long.compareUnsigned(index.first(), mine) > 0 ? index.first() : mine;
        Indexed last = index.last();
        return last == null || Long.compareUnsigned(last.header.segment(), next) < 0 ? next : last.header.segment() + 1;
    }

    /** The id of the next segment. */
    long next() {
        return next;
    }

    /**
     * Makes a new segment with room for a number of bytes. Its header, and its name, are durable before a frame may
     * follow.
     */
    ActiveSegment begin(long bytes) throws WalException {
        Path path = index.file(next);
        Spare spare = null;
        SegmentFile file = null;
        boolean named = false;
        try {
            spare = spare(bytes);
            SegmentHeader header = header(spare);
            file = store.fs().open(spare.path(), true);
            file.write(header.encode(), 0);
            file.force(false);
            named = true;
            store.fs().replace(spare.path(), path);
            Placed placed = Placed.of(store.fs(), path);
            store.fs().forceDirectory(index.directory());
            Indexed indexed = new Indexed(header, 0, false);
            index.add(indexed);
            return new ActiveSegment(
                    file,
                    placed,
                    indexed,
                    spare.length() - SegmentHeader.LENGTH,
                    store.clock().nanos());
        } catch (IOException e) {
            discard(file);
            if (spare != null) {
                spares.remove(named ? path : spare.path());
            }
            throw FsErrors.of("create", path, e);
        } finally {
            next++; // a name that may have reached the disk is not used twice
        }
    }

    private Spare spare(long bytes) throws IOException {
        Spare ready = spares.take(SegmentHeader.LENGTH + Math.max(bytes, capacity));
        if (ready == null) {
            ready = spares.make(SegmentHeader.LENGTH + Math.max(bytes, Math.min(capacity, AT_ONCE)));
        }
        return ready;
    }

    private SegmentHeader header(Spare spare) {
        Indexed last = index.last();
        return new SegmentHeader(
                index.log(),
                next,
                last == null ? 0 : last.header.segment(),
                last == null ? 0 : last.end(),
                store.clock().millis(),
                store.writerHash(),
                spare.recycled() ? SegmentHeader.RECYCLED : 0);
    }

    /** Has the next file made when a segment is half full. */
    void lookAhead(ActiveSegment segment) {
        if (segment == looked || segment.written() <= segment.capacity() / 2) {
            return;
        }
        looked = segment;
        if (store.clock().nanos() - segment.begunNanos() < FAST_NANOS) {
            long larger = Math.max(capacity, segment.capacity() * 4);
            capacity = Math.min(larger, store.settings().segmentBytes());
        }
        spares.prepare(SegmentHeader.LENGTH + capacity);
    }

    /** Ends a segment whose frames are all durable; nothing is ever written to it again. */
    void finish(ActiveSegment segment, boolean giveRoomBack) {
        segment.seal();
        if (giveRoomBack) {
            try {
                segment.giveRoomBack();
            } catch (IOException e) {
                LOG.debug("cannot shorten {}", index.file(segment.id()), e);
            }
        }
        discard(segment);
    }

    /** Ends a segment whose file has failed, where it is durable. */
    void abandon(ActiveSegment segment) {
        segment.fail();
        segment.seal();
        discard(segment);
    }

    private static void discard(@Nullable AutoCloseable file) {
        if (file != null) {
            try {
                file.close();
            } catch (Exception e) {
                LOG.debug("cannot close a segment", e);
            }
        }
    }
}
