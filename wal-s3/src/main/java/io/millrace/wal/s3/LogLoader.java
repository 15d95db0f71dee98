// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.s3.Mark.Sealed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds out which objects of a log count: everything from its first segment on, in each epoch up to its end. */
final class LogLoader {
    private final Bucket bucket;
    private final Keys keys;

    LogLoader(Bucket bucket, Keys keys) {
        this.bucket = bucket;
        this.keys = keys;
    }

    /**
     * What a list of a log's data showed. An old list may lack objects; it never shows one that was not there.
     *
     * @param lengths of the objects by segment; a fence has length 0
     */
    record Listed(TreeMap<Long, Integer> lengths) {
        /** The first slot of an epoch that holds no frame, from {@code slot} on. */
        long firstFree(long epoch, long slot) {
            long free = slot;
            Integer length = lengths.get(WalPosition.segment(epoch, free));
            while (length != null && length > 0) {
                free++;
                length = lengths.get(WalPosition.segment(epoch, free));
            }
            return free;
        }
    }

    Listed list(String log) {
        TreeMap<Long, Integer> lengths = new TreeMap<>(Long::compareUnsigned);
        try {
            Listing.each(
                    bucket,
                    keys.data(log),
                    "",
                    object -> keys.segmentOf(log, object.key())
                            .ifPresent(segment -> lengths.put(segment, Math.toIntExact(object.length()))));
        } catch (BucketException e) {
            throw e.toWal("list the segments of log '" + log + "'");
        }
        return new Listed(lengths);
    }

    /**
     * The segments that count.
     *
     * @param mark the log's last
     * @param sealed the epochs whose end is settled
     * @param open the epochs whose end is not: their frames count as far as there is no gap
     */
    LogIndex index(String log, Mark mark, List<Sealed> sealed, List<Long> open, Listed listed) {
        LogIndex index = new LogIndex(mark.first());
        for (Sealed run : sealed) {
            for (long slot = firstSlot(mark, run.epoch()); slot < run.slots(); slot++) {
                long segment = WalPosition.segment(run.epoch(), slot);
                index.add(segment, length(log, segment, listed));
            }
        }
        for (long epoch : open) {
            long free = listed.firstFree(epoch, firstSlot(mark, epoch));
            for (long slot = firstSlot(mark, epoch); slot < free; slot++) {
                long segment = WalPosition.segment(epoch, slot);
                index.add(segment, length(log, segment, listed));
            }
        }
        return index;
    }

    /** The log as a reader sees it that never opened it. */
    LogIndex load(String log, Mark mark) {
        if (!mark.exists()) {
            return new LogIndex(mark.first());
        }
        List<Long> open = new ArrayList<>(mark.unsealed());
        open.add(mark.epoch());
        return index(log, mark, mark.sealed(), open, list(log));
    }

    /** Where an epoch's segments that count begin. */
    static long firstSlot(Mark mark, long epoch) {
        if (WalPosition.epochOf(mark.first()) > epoch) {
            return Long.MAX_VALUE;
        }
        return WalPosition.epochOf(mark.first()) == epoch ? WalPosition.sequenceOf(mark.first()) : 0;
    }

    /**
     * What is no longer needed: segments that were freed, and those behind the end of an epoch. A fence is left alone: the
     * lowest of an epoch must stay for ever, and which that is an old list cannot say.
     */
    List<String> garbage(String log, Mark mark, LogIndex index, long current, Listed listed) {
        Set<Long> useful = new HashSet<>(index.segments().keySet());
        List<String> keysOfGarbage = new ArrayList<>();
        listed.lengths().forEach((segment, length) -> {
            boolean own = WalPosition.epochOf(segment) >= current;
            if (length > 0 && !own && !useful.contains(segment)) {
                keysOfGarbage.add(keys.segment(log, segment));
            }
        });
        return keysOfGarbage;
    }

    private int length(String log, long segment, Listed listed) {
        Integer length = listed.lengths().get(segment);
        if (length == null) {
            Bucket.Stored found = find(keys.segment(log, segment));
            length = found == null ? null : Math.toIntExact(found.length());
        }
        if (length == null || length == 0) {
            throw new WalException(
                    Reason.CORRUPT,
                    "log '" + log + "' is damaged: object '" + keys.segment(log, segment)
                            + "' is missing, which held a segment; restore it from a copy or a version of the bucket");
        }
        return length;
    }

    private Bucket.@Nullable Stored find(String key) {
        try {
            return bucket.find(key);
        } catch (BucketException e) {
            throw e.toWal("look at object '" + key + "'");
        }
    }
}
