// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Who owned the program, epoch by epoch: a file per claim, whose creation is the compare-and-set, and which is never
 * deleted. There are no gaps between claims, so one that was sent long ago and arrives late finds its file there. Used by
 * one thread at a time, but for {@link #verify}.
 */
final class Claims {
    private static final String VERSION = "millrace-hdfs 1";
    private static final int MOST_BYTES = 4096;
    private static final byte[] EMPTY = {};

    private final Hdfs hdfs;
    private final String directory;
    private final Set<Long> mine = new HashSet<>();

    Claims(Hdfs hdfs, String root) {
        this.hdfs = hdfs;
        this.directory = root + "/" + Names.CLAIMS;
    }

    /** Claims a new epoch. */
    long next(WriterIdentity me, String ledger) {
        long highest = highestFrom(0);
        ensureReadable(highest);
        while (!make(highest + 1, text(me, ledger))) {
            highest = Math.max(highest + 1, highestFrom(highest));
        }
        mine.add(highest + 1);
        return highest + 1;
    }

    /** Makes sure that an epoch is this store's and the highest; claims it here if it is higher than any. */
    void hold(long epoch, WriterIdentity me, String log) {
        long highest = highestFrom(0);
        ensureReadable(highest);
        if (highest < epoch) { // it was claimed through a ledger in another store
            for (long skipped = highest + 1; skipped < epoch; skipped++) {
                make(skipped, EMPTY);
            }
            if (make(epoch, text(me, log))) {
                mine.add(epoch);
            }
            highest = highestFrom(highest);
        }
        if (highest > epoch || !mine.contains(epoch)) {
            throw fenced(log, epoch, highest);
        }
    }

    /** Makes sure that an epoch is still the highest. */
    void verify(String log, long epoch) {
        long highest = highestFrom(epoch);
        if (highest > epoch) {
            throw fenced(log, epoch, highest);
        }
    }

    /** The highest epoch claimed, of which it is known that it is at least {@code known}. */
    private long highestFrom(long known) {
        long highest = known;
        try {
            for (Hdfs.Entry claim : hdfs.list(directory, known == 0 ? "" : Names.claim(known), false)
                    .orElse(List.of())) {
                highest = Math.max(highest, Names.claimed(claim.name()));
            }
        } catch (IOException e) {
            throw HdfsErrors.of("list", directory, e);
        }
        return highest;
    }

    private boolean make(long epoch, byte[] text) {
        if (epoch > WalPosition.MAX_EPOCH) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    directory + " holds " + WalPosition.MAX_EPOCH + " claims, which is the most: begin in a new place");
        }
        String file = directory + "/" + Names.claim(epoch);
        try {
            hdfs.makeDirectories(directory);
            return hdfs.createOnce(file, text);
        } catch (IOException e) {
            throw HdfsErrors.of("create", file, e);
        }
    }

    private static byte[] text(WriterIdentity me, String ledger) {
        return String.join(
                        "\n",
                        VERSION,
                        "program " + me.program(),
                        "host " + me.host(),
                        "pid " + me.pid(),
                        "started " + Instant.ofEpochMilli(me.startedMillis()),
                        "for " + ledger,
                        "")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses a place of a later version; a claim whose making was cut short says nothing. */
    private void ensureReadable(long highest) {
        Optional<String> version = read(highest).flatMap(text -> text.lines().findFirst());
        if (version.isPresent() && !version.get().equals(VERSION)) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    directory + " was written by a later version of Millrace (" + version.get() + ", this one knows "
                            + VERSION + "): run that version");
        }
    }

    private Optional<String> read(long epoch) {
        if (epoch == 0) {
            return Optional.empty();
        }
        try (FSDataInputStream in = hdfs.open(directory + "/" + Names.claim(epoch))) {
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            return text.isBlank() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private WalException fenced(String log, long epoch, long highest) {
        String owner =
                read(highest).map(text -> text.replace('\n', ' ').strip()).orElse("unknown");
        return new WalException(
                Reason.FENCED,
                "log '" + log + "' belongs to epoch " + highest + " now (" + owner + "); this writer has epoch " + epoch
                        + " and must end");
    }
}
