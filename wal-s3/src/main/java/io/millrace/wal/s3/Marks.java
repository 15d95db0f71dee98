// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.s3.BucketException.Kind;
import io.millrace.wal.s3.Creator.Owner;
import io.millrace.wal.s3.Creator.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The chain of a log's marks. A writer that adds one has seen the one before it, and only one can be next, so a writer that was
 * superseded can never add another: the first mark of a higher epoch has its number, and stays for ever.
 */
final class Marks {
    /** So many of a writer's own marks stay behind its last, for readers whose list is old. */
    private static final int KEPT = 64;

    private static final int ATTEMPTS = 100;

    private final Bucket bucket;
    private final Keys keys;
    private final Creator creator;
    private final Garbage garbage;
    private final Map<String, Long> openings = new ConcurrentHashMap<>();

    Marks(Bucket bucket, Keys keys, Creator creator, Garbage garbage) {
        this.bucket = bucket;
        this.keys = keys;
        this.creator = creator;
        this.garbage = garbage;
    }

    /** The highest mark of a log; {@link Mark#NONE} if it has none. */
    Mark latest(String log) {
        return latest(log, Mark.NONE);
    }

    private Mark latest(String log, Mark known) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                AtomicLong highest = new AtomicLong(known.number());
                String after = known.number() == 0 ? "" : keys.mark(log, known.number());
                Listing.each(
                        bucket,
                        keys.marks(log),
                        after,
                        mark -> keys.markOf(log, mark.key())
                                .ifPresent(number -> highest.accumulateAndGet(number, Math::max)));
                if (highest.get() == known.number()) {
                    return known;
                }
                Mark found = read(log, highest.get());
                if (found != null) {
                    return found;
                }
            }
        } catch (BucketException e) {
            throw e.toWal("read the marks of log '" + log + "'");
        }
        throw new WalException(
                Reason.TRANSIENT,
                "the marks in '" + keys.marks(log) + "' change faster than they can be read: try again");
    }

    /** The highest mark of every log, by the log's name. */
    SortedMap<String, Mark> all() {
        TreeMap<String, Long> highest = new TreeMap<>();
        try {
            Listing.each(bucket, keys.allMarks(), "", mark -> {
                String rest = mark.key().substring(keys.allMarks().length());
                String log = rest.substring(0, Math.max(0, rest.indexOf('/')));
                if (Keys.isLog(log)) {
                    keys.markOf(log, mark.key()).ifPresent(number -> highest.merge(log, number, Math::max));
                }
            });
        } catch (BucketException e) {
            throw e.toWal("list the logs in '" + keys.allMarks() + "'");
        }
        TreeMap<String, Mark> marks = new TreeMap<>();
        highest.keySet().forEach(log -> marks.put(log, latest(log)));
        return marks;
    }

    /**
     * Adds a mark.
     *
     * @param known the last one that the caller knows
     * @param change makes the new mark of the one that continues the chain; called again if that was not the last
     * @throws WalException {@code FENCED} if a higher epoch has added one, or another writer with this epoch
     */
    Mark add(String log, long epoch, Mark known, UnaryOperator<Mark> change) {
        Mark last = known;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (last.epoch() > epoch) {
                throw superseded(log, epoch, last.epoch());
            }
            Mark next = change.apply(last.next(epoch));
            Result result;
            try {
                result = creator.create(keys.mark(log, next.number()), next.encode());
            } catch (BucketException e) {
                throw e.toWal("write object '" + keys.mark(log, next.number()) + "'");
            }
            if (result.ours()) {
                removeOld(log, next);
                return next;
            }
            Mark other = result.owner() == Owner.GONE ? latest(log, last) : read(log, next.number());
            if (other != null && other.epoch() == epoch) {
                throw superseded(log, epoch, epoch);
            }
            last = other == null ? last : other;
        }
        throw new WalException(
                Reason.TRANSIENT,
                "the marks in '" + keys.marks(log) + "' change faster than they can be read: try again");
    }

    private static WalException superseded(String log, long epoch, long by) {
        return new WalException(
                Reason.FENCED,
                "log '" + log + "' was opened with epoch " + by + " by another process; this one has epoch " + epoch
                        + " and must end");
    }

    /** A mark; null if it was removed meanwhile. */
    private @Nullable Mark read(String log, long number) {
        String key = keys.mark(log, number);
        try {
            return Mark.decode(key, number, Texts.read(bucket, key));
        } catch (BucketException e) {
            if (e.kind() == Kind.ABSENT) {
                return null;
            }
            throw e.toWal("read object '" + key + "'");
        }
    }

    /** Removes the marks of this epoch that lie far behind, a batch at a time; the first of every epoch stays. */
    private void removeOld(String log, Mark last) {
        if (last.opening()) {
            openings.put(log, last.number());
        }
        Long opening = openings.get(log);
        if (opening == null || last.number() % KEPT != 0) {
            return;
        }
        List<String> old = new ArrayList<>();
        long from = Math.max(opening, last.number() - 2 * KEPT) + 1;
        for (long number = from; number <= last.number() - KEPT; number++) {
            old.add(keys.mark(log, number));
        }
        garbage.remove(old);
    }
}
