// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An epoch that this process claimed, and whether it still is its own. It is while the epoch's file has its name: whoever
 * claims a higher one removes it before it reads any log, and a store that was moved, removed or replaced has another file
 * there or none. A frame that was durable before a look that found it in place is therefore found by every later owner; one
 * whose look did not is acknowledged to nobody.
 *
 * <p>The file stays open, so that no other one is given its identity. Thread-safe.
 */
final class Fence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    private final Epochs epochs;
    private final long epoch;
    private final Placed file;
    private final SegmentFile held;

    Fence(Epochs epochs, long epoch, Placed file, SegmentFile held) {
        this.epochs = epochs;
        this.epoch = epoch;
        this.file = file;
        this.held = held;
    }

    long epoch() {
        return epoch;
    }

    /**
     * Looks whether the epoch is still this process's, and something that it opened still where it was.
     *
     * @param opened a file or directory of the log
     * @param outcome what is to be said of an append if they are not
     * @throws WalException {@code FENCED} if a higher epoch was claimed; {@code CORRUPT} if the store, or what was opened,
     *     was moved, removed or replaced; another reason if that cannot be told
     */
    void check(String log, Placed opened, Outcome outcome) {
        check(log, file, outcome, false);
        check(log, opened, outcome, true);
    }

    private void check(String log, Placed placed, Outcome outcome, boolean ownsEpoch) {
        IOException cause = null;
        try {
            if (placed.inPlace(epochs.fs())) {
                return;
            }
        } catch (IOException e) {
            if (!isAbsence(e)) {
                WalException failure = FsErrors.of("look whether it still has", placed.path(), e);
                Reason reason = failure.reason() == Reason.ACCESS_DENIED ? Reason.ACCESS_DENIED : Reason.INDETERMINATE;
                throw new WalException(reason, outcome, String.valueOf(failure.getMessage()), e);
            }
            cause = e;
        }
        long highest = ownsEpoch ? 0 : epochs.highestFile();
        if (highest > epoch) {
            throw fenced(log, epoch, highest, outcome);
        }
        throw lost(log, placed.path(), outcome, cause);
    }

    private static boolean isAbsence(IOException e) {
        return e instanceof NoSuchFileException
                || (e instanceof FileSystemException refused
                        && String.valueOf(refused.getReason()).contains("Not a directory"));
    }

    static WalException fenced(String log, long epoch, long highest, Outcome outcome) {
        return new WalException(
                Reason.FENCED,
                outcome,
                "log '" + log + "' belongs to epoch " + highest + " now; this writer has epoch " + epoch
                        + " and must end",
                null);
    }

    /** What a program is told whose files were taken away while it ran. */
    WalException lost(String log, Path path, Outcome outcome, @Nullable Throwable cause) {
        return new WalException(
                Reason.CORRUPT,
                outcome,
                "log '" + log + "' has lost " + path + ": it, or a directory above it, was moved, removed or replaced"
                        + " while the program ran. Nothing was acknowledged since; bring " + epochs.root()
                        + " back as it was before the program is started again, which otherwise goes on from what is"
                        + " there, or begins anew",
                cause);
    }

    @Override
    public void close() {
        try {
            held.close();
        } catch (IOException e) {
            LOG.debug("cannot close {}", file.path(), e);
        }
    }
}
