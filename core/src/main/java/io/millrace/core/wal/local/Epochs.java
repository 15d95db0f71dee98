// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs of a store. Each has a file of its own, {@code EPOCH-} and six hex digits, which is created exclusively;
 * then those of lower epochs are removed; only then may whoever created it read a log. An epoch is its owner's as long as
 * its file is where it was created, which a {@link Fence} tells. The highest one is never removed, so that epochs only
 * grow; a log that is deleted leaves it in place.
 *
 * <p>The file {@code EPOCH} held the epoch before there were these. Its later version says that they exist, and keeps out
 * a Millrace that does not know of them.
 */
final class Epochs {
    private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);

    private static final String KIND = "millrace-epoch";
    static final String FILE = "EPOCH";

    private static final String PREFIX = FILE + "-";
    private static final int DIGITS = 6;

    private final SegmentFs fs;
    private final Path root;
    private final FactFile before;

    Epochs(SegmentFs fs, Path root) {
        this.fs = fs;
        this.root = root;
        this.before = new FactFile(fs, root.resolve(FILE), KIND, 2);
    }

    /** The highest epoch; 0 if none was claimed. */
    long highest() {
        long old = before.read(values -> Long.parseLong(FactFile.value(values, "epoch")))
                .orElse(0L);
        return Math.max(old, highestFile());
    }

    /** The highest epoch that has a file; 0 if none has. */
    long highestFile() {
        long highest = 0;
        for (String name : names()) {
            Long epoch = epochOf(name);
            highest = epoch == null ? highest : Math.max(highest, epoch);
        }
        return highest;
    }

    private Iterable<String> names() {
        try {
            return fs.list(root);
        } catch (IOException e) {
            throw FsErrors.of("list", root, e);
        }
    }

    private static @Nullable Long epochOf(String name) {
        boolean ours = name.startsWith(PREFIX) && name.length() == PREFIX.length() + DIGITS;
        try {
            return ours ? (Long) HexFormat.fromHexDigitsToLong(name, PREFIX.length(), name.length()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Path file(long epoch) {
        return root.resolve(PREFIX + HexFormat.of().toHexDigits(epoch, DIGITS));
    }

    /**
     * Claims an epoch that is higher than every other, durably.
     *
     * @param written the highest epoch that the logs show
     */
    Fence claim(LongSupplier written, String ledger, WriterIdentity me) {
        while (true) {
            long epoch = Math.max(highest(), written.getAsLong()) + 1;
            Fence claimed = create(epoch, ledger, me);
            if (claimed != null) {
                return claimed;
            }
        }
    }

    /** Takes an epoch that was claimed elsewhere; empty if a higher one is claimed here. */
    Optional<Fence> take(long epoch, String ledger, WriterIdentity me) {
        if (highest() > epoch) {
            return Optional.empty();
        }
        try {
            fs.delete(file(epoch)); // whoever held it before is fenced: the file that comes in its place is another
        } catch (IOException e) {
            throw FsErrors.of("replace", file(epoch), e);
        }
        return Optional.ofNullable(create(epoch, ledger, me));
    }

    /** Null if another was faster, with this epoch or a higher one. */
    private @Nullable Fence create(long epoch, String ledger, WriterIdentity me) {
        Path file = file(epoch);
        SegmentFile created = null;
        boolean done = false;
        try {
            if (before.read().isEmpty() || before.version() < 2) {
                before.write(Map.of("epoch", String.valueOf(epoch - 1)));
            }
            created = new FactFile(fs, file, KIND, 2).create(values(epoch, ledger, me));
            Placed placed = Placed.of(fs, file);
            fs.forceDirectory(root);
            if (highestFile() > epoch) {
                // a higher one was claimed, and this one removed, between the look at the names and now
                fs.delete(file);
                return null;
            }
            removeBelow(epoch);
            done = true;
            return new Fence(this, epoch, placed, created);
        } catch (FileAlreadyExistsException e) {
            return null;
        } catch (IOException e) {
            throw FsErrors.of("claim an epoch with", file, e);
        } finally {
            if (created != null && !done) {
                close(created);
            }
        }
    }

    private void removeBelow(long epoch) throws IOException {
        for (String name : names()) {
            Long other = epochOf(name);
            if (other != null && other < epoch) {
                fs.delete(root.resolve(name));
            }
        }
    }

    private static void close(SegmentFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("cannot close the file of an epoch", e);
        }
    }

    private static Map<String, String> values(long epoch, String ledger, WriterIdentity me) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("epoch", String.valueOf(epoch));
        values.put("ledger", ledger);
        values.put("program", me.program());
        values.put("host", me.host());
        values.put("pid", String.valueOf(me.pid()));
        values.put("started", Instant.ofEpochMilli(me.startedMillis()).toString());
        return values;
    }

    /** Who claimed the highest epoch, for people. */
    String describe() {
        long highest = highestFile();
        try {
            FactFile file = highest == 0 ? before : new FactFile(fs, file(highest), KIND, 2);
            return file.read()
                    .filter(found -> found.containsKey("program"))
                    .map(found -> "program '" + found.get("program") + "' (process " + found.get("pid") + " on "
                            + found.get("host") + ", started " + found.get("started") + ")")
                    .orElse("another process");
        } catch (WalException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            LOG.debug("the claim of epoch {} was cut short", highest, e);
            return "another process";
        }
    }

    static String describe(WriterIdentity who) {
        return "program '" + who.program() + "' (process " + who.pid() + " on " + who.host() + ", started "
                + Instant.ofEpochMilli(who.startedMillis()) + ")";
    }

    Path root() {
        return root;
    }

    SegmentFs fs() {
        return fs;
    }
}
