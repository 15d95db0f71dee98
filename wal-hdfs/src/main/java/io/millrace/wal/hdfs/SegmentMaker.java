// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the segments of one writer. {@link #begin} is called by one thread at a time; what ends a segment takes
 * place in the background, since all that counts of it is durable.
 */
final class SegmentMaker {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentMaker.class);
    private static final Duration DISPOSAL = Duration.ofMinutes(5);
    private static final Duration CLOSING = Duration.ofSeconds(30);

    private final HdfsWalStore store;
    private final OpenLog log;
    private final Executor background;
    private final Phaser closings = new Phaser(1);
    private volatile long next;

    /** Whether the last segment found room, so that the next one is likely to. */
    private volatile boolean roomKnown;

    SegmentMaker(HdfsWalStore store, OpenLog log, long next, Executor background) {
        this.store = store;
        this.log = log;
        this.next = next;
        this.background = background;
    }

    /** The id of the next segment. */
    long next() {
        return next;
    }

    /**
     * Makes a new segment with room for a number of bytes at least. Its header, which says where the segment before it
     * ends, is durable before a frame may follow.
     */
    ActiveSegment begin(int bytes) throws WalException {
        long id = next;
        next = id + 1; // a name that the namenode may have is not used twice
        String path = log.ownDirectory() + "/" + Names.segment(id);
        HdfsWalSettings settings = store.settings();
        long capacity = Math.max(settings.segmentBytes(), bytes);
        ActiveSegment made = null;
        try {
            HdfsDataOutputStream out = store.hdfs().create(path, SegmentHeader.LENGTH + capacity);
            Segment indexed = new Segment(header(id), path, 0);
            made = new ActiveSegment(out, indexed, capacity, settings.sync() == SyncMode.HFLUSH);
            if (!roomKnown) {
                store.hdfs().allocate(out, path);
            }
            made.writeHeader(indexed.header());
            ensureReplicas(made.replicas(), path);
            log.chain().add(indexed);
            store.meters().segmentMade();
            roomKnown = true;
            return made;
        } catch (IOException e) {
            roomKnown = false;
            if (made != null) {
                discard(made);
            }
            store.claims().verify(log.name(), log.epoch()); // a directory that is gone was sealed
            throw HdfsErrors.of("create", path, e);
        }
    }

    /** A segment on fewer datanodes than are asked for is not one that anything may be acknowledged in. */
    void ensureReplicas(int replicas, String path) throws IOException {
        int least = store.settings().minReplicas();
        if (replicas < least) {
            throw new IOException("only " + replicas + " datanodes hold " + path + ", min-replicas asks for " + least
                    + ": see whether datanodes are down, or set min-replicas to what the cluster has");
        }
    }

    private SegmentHeader header(long id) {
        Segment last = log.chain().last();
        return new SegmentHeader(
                log.chain().log(),
                id,
                last == null ? 0 : last.id(),
                last == null ? 0 : last.end(),
                store.clock().millis(),
                store.writerHash(),
                0);
    }

    /** Ends a segment whose frames are all durable; nothing is ever written to it again. */
    void finish(ActiveSegment segment) {
        segment.indexed().seal(segment.indexed().end());
        inBackground(() -> {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.debug("cannot close {}", segment.indexed().path(), e);
                recover(segment);
            }
        });
    }

    /** Ends a segment that has failed, where it is durable. Its stream may hang: the file is taken away from it first. */
    void dispose(ActiveSegment segment) {
        segment.indexed().seal(segment.indexed().end());
        inBackground(() -> {
            recover(segment);
            forget(segment);
        });
    }

    /** Removes a segment that never came to hold a frame. */
    private void discard(ActiveSegment segment) {
        inBackground(() -> {
            recover(segment);
            forget(segment);
            try {
                store.hdfs().delete(segment.indexed().path());
            } catch (IOException e) {
                LOG.debug("{} stays, and says nothing", segment.indexed().path(), e);
            }
        });
    }

    /** Lets go of a segment that belongs to somebody else now. */
    void release(ActiveSegment segment) {
        inBackground(() -> forget(segment));
    }

    private void recover(ActiveSegment segment) {
        Segment indexed = segment.indexed();
        SegmentFile file = new SegmentFile(indexed.id(), indexed.path(), indexed.end(), true);
        try {
            new Fence(store.hdfs(), DISPOSAL).close(List.of(file));
        } catch (WalException e) {
            LOG.warn("{} stays open until the log is opened again: {}", indexed.path(), e.getMessage());
        }
    }

    private static void forget(ActiveSegment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            LOG.debug("closing {} fails as it should", segment.indexed().path(), e);
        }
    }

    private void inBackground(Runnable closing) {
        closings.register();
        background.execute(() -> {
            try {
                closing.run();
            } finally {
                closings.arriveAndDeregister();
            }
        });
    }

    /** Waits for a while until what was ended is closed. */
    void awaitClosings() {
        int phase = closings.arrive();
        try {
            closings.awaitAdvanceInterruptibly(phase, CLOSING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.debug("a segment of log '{}' is still being closed", log.name());
        }
    }

    static long first(long epoch, Chain chain, @Nullable Long highestPresent) {
        long next = WalPosition.segment(epoch, 0);
        if (Long.compareUnsigned(chain.first(), next) > 0) {
            next = chain.first();
        }
        return highestPresent == null || Long.compareUnsigned(highestPresent, next) < 0 ? next : highestPresent + 1;
    }
}
