// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.hdfs.LogDirectory.Epoch;
import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts out the writers of earlier epochs. Renaming an epoch's directory keeps its writer from making another segment;
 * recovering the leases in it closes the segment that it has open, at a length that holds everything acknowledged. Only
 * when every file is closed is the writer shut out.
 */
final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    /**
     * A namenode begins a recovery anew, with another datanode in its lead, 30 heartbeats after the last began, and only if
     * it is asked to: until then asking does nothing, and after it asking gives up a recovery that may be about to end. So
     * ask soon, if the first call was lost, and then after half as long again each time.
     */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(4);

    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Hdfs hdfs;
    private final Duration timeout;

    Fence(Hdfs hdfs, Duration timeout) {
        this.hdfs = hdfs;
        this.timeout = timeout;
    }

    /** Renames the directories of all epochs below {@code epoch}, and returns what there is then. */
    LogDirectory rename(String path, long epoch) {
        LogDirectory listed = LogDirectory.list(hdfs, path);
        boolean renamed = false;
        for (Epoch lower : listed.epochs()) {
            if (lower.epoch() < epoch && !lower.sealed()) {
                renamed = true;
                seal(listed.directory(lower));
            }
        }
        return renamed ? LogDirectory.list(hdfs, path) : listed;
    }

    private void seal(String directory) {
        try {
            if (!hdfs.rename(directory, directory + Names.SEALED) && !hdfs.delete(directory)) {
                // Two of one epoch: only a stray retry of its making, which never got further, leaves the other one.
                LOG.warn("{} is there beside {}{} and not empty; it is ignored", directory, directory, Names.SEALED);
            }
        } catch (IOException e) {
            throw HdfsErrors.of("rename", directory, e);
        }
    }

    /**
     * Has HDFS begin to close what the epochs below {@code epoch} left open, and does not wait: closing a file takes a
     * heartbeat or two, and those of all logs can pass together. What fails is tried again when the log is opened.
     */
    void begin(String path, long epoch) {
        for (Epoch lower : rename(path, epoch).epochs()) {
            for (SegmentFile file : lower.segments()) {
                if (file.open() && lower.epoch() < epoch) {
                    isClosed(file.path(), true);
                }
            }
        }
    }

    /** Closes these files, and waits until they are. */
    void close(List<SegmentFile> files) {
        List<SegmentFile> left = new ArrayList<>(files);
        long begun = System.nanoTime();
        long deadline = begun + timeout.toNanos();
        long recoverAt = begun;
        long retry = FIRST_RETRY.toNanos();
        long poll = FIRST_POLL.toNanos();
        while (!left.isEmpty()) {
            boolean recover = System.nanoTime() >= recoverAt;
            left.removeIf(file -> isClosed(file.path(), recover));
            if (left.isEmpty()) {
                break;
            }
            long now = System.nanoTime();
            if (recover) {
                recoverAt = now + retry;
                retry += retry / 2;
            }
            if (now >= deadline) {
                throw new WalException(
                        Reason.TRANSIENT,
                        "HDFS has not closed " + left.get(0).path() + " within " + timeout.toSeconds()
                                + " s, so its end is not known: check that its datanodes run, then try again");
            }
            LockSupport.parkNanos(poll);
            if (Thread.currentThread().isInterrupted()) {
                throw new WalException(
                        Reason.TRANSIENT,
                        "interrupted while HDFS was closing " + left.get(0).path() + "; try again");
            }
            poll = Math.min(poll * 2, POLL.toNanos());
        }
    }

    private boolean isClosed(String file, boolean recover) {
        try {
            return recover ? hdfs.recoverLease(file) : hdfs.isClosed(file);
        } catch (IOException e) {
            if (HdfsErrors.absent(e)) {
                return true; // an even higher epoch has freed it
            }
            LOG.debug("cannot close {} yet", file, e);
            return false;
        }
    }
}
