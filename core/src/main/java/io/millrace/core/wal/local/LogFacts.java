// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which log a directory holds, where it begins, and where the epoch that opened it last found its end. Each epoch writes
 * them to a file of its own, {@code LOG-} and six hex digits; that of the highest epoch counts, so that one that was fenced
 * and does not know it yet changes nothing. Only the beginning is the latest that any of them says: what an epoch frees is
 * freed.
 *
 * <p>A segment before {@code first} was freed and may still be lying about; one at {@code first} or behind it that is
 * missing was lost. A segment of a lower epoch behind {@code last} was begun by a writer that was fenced, and what lies in
 * {@code last} behind {@code lastEnd} was written by one: neither counts.
 *
 * <p>The file {@code LOG} held these facts before there were epochs in them. Its later version holds the id alone, and keeps
 * out a Millrace that knows no other.
 *
 * @param id the log's random id, which every segment repeats
 * @param first the id of the first segment that counts
 * @param deleted whether the log was deleted; it stays so that its positions are never used again
 * @param epoch who wrote them; 0 if that was before epochs did
 * @param last the last segment of lower epochs; 0 if there is none
 * @param lastEnd where that one ends
 */
record LogFacts(UUID id, long first, boolean deleted, long epoch, long last, long lastEnd) {
    private static final String KIND = "millrace-log";
    private static final String OLD = "LOG";
    private static final String PREFIX = "LOG-";
    private static final int DIGITS = 6;

    private static FactFile file(SegmentFs fs, Path directory, String name) {
        return new FactFile(fs, directory.resolve(name), KIND, 2);
    }

    private static boolean isName(String name) {
        return name.startsWith(PREFIX)
                && name.length() == PREFIX.length() + DIGITS
                && name.substring(PREFIX.length()).chars().allMatch(HexFormat::isHexDigit);
    }

    /** Whether a directory has facts of a log, in whatever state. */
    static boolean areIn(SegmentFs fs, Path directory) {
        try {
            return fs.list(directory).stream().anyMatch(name -> name.equals(OLD) || isName(name));
        } catch (IOException e) {
            return false;
        }
    }

    static String nameFor(long epoch) {
        return PREFIX + HexFormat.of().toHexDigits(epoch, DIGITS);
    }

    /**
     * The facts of a log, if it exists.
     *
     * @throws WalException {@code CORRUPT} if a log has lost them
     */
    static Optional<LogFacts> read(SegmentFs fs, Path directory) {
        while (true) {
            List<String> names = names(fs, directory);
            List<LogFacts> found = new ArrayList<>();
            boolean changed = false;
            for (String name : names) {
                Optional<Optional<LogFacts>> read = file(fs, directory, name)
                        .read(values -> values.containsKey("first") ? Optional.of(of(values)) : Optional.empty());
                changed |= read.isEmpty();
                read.flatMap(facts -> facts).ifPresent(found::add);
            }
            if (!changed) { // else an owner replaced one by its own meanwhile
                if (found.isEmpty() && !names.isEmpty()) {
                    throw lost(directory);
                }
                return merge(found);
            }
        }
    }

    /** What is said if a log's facts are gone. */
    static WalException lost(Path directory) {
        return new WalException(
                Reason.CORRUPT,
                "log '" + directory.getFileName() + "' has lost its file " + directory.resolve(OLD)
                        + ", or the one of its epoch beside it, which say where it begins: restore them from a copy");
    }

    private static List<String> names(SegmentFs fs, Path directory) {
        try {
            return fs.list(directory).stream()
                    .filter(name -> name.equals(OLD) || isName(name))
                    .toList();
        } catch (IOException e) {
            throw FsErrors.of("list", directory, e);
        }
    }

    private static LogFacts of(Map<String, String> values) {
        return new LogFacts(
                UUID.fromString(FactFile.value(values, "id")),
                Long.parseUnsignedLong(FactFile.value(values, "first"), 16),
                Boolean.parseBoolean(FactFile.value(values, "deleted")),
                Long.parseLong(values.getOrDefault("epoch", "0")),
                Long.parseUnsignedLong(values.getOrDefault("last", "0"), 16),
                Long.parseLong(values.getOrDefault("last-end", "0")));
    }

    private static Optional<LogFacts> merge(List<LogFacts> all) {
        LogFacts highest = null;
        for (LogFacts facts : all) {
            highest = highest == null || facts.epoch > highest.epoch ? facts : highest;
        }
        if (highest == null) {
            return Optional.empty();
        }
        long first = highest.first;
        for (LogFacts facts : all) {
            boolean further = facts.id.equals(highest.id) && Long.compareUnsigned(facts.first, first) > 0;
            first = further ? facts.first : first;
        }
        return Optional.of(highest.startingAt(first));
    }

    /** Writes them to their epoch's file, durably. */
    void write(SegmentFs fs, Path directory) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("id", id.toString());
        values.put("first", String.format(Locale.ROOT, "%016x", first));
        values.put("deleted", String.valueOf(deleted));
        values.put("epoch", String.valueOf(epoch));
        values.put("last", String.format(Locale.ROOT, "%016x", last));
        values.put("last-end", String.valueOf(lastEnd));
        file(fs, directory, nameFor(epoch)).write(values);
    }

    /** Removes the files of lower epochs once this one's is written, and tells an older Millrace that it is. */
    void supersede(SegmentFs fs, Path directory) {
        FactFile old = file(fs, directory, OLD);
        if (old.read().filter(values -> !values.containsKey("first")).isEmpty()) {
            old.write(Map.of("id", id.toString()));
        }
        for (String name : names(fs, directory)) {
            if (isName(name) && name.compareTo(nameFor(epoch)) < 0) {
                try {
                    fs.delete(directory.resolve(name));
                } catch (IOException e) {
                    throw FsErrors.of("remove", directory.resolve(name), e);
                }
            }
        }
    }

    /** Whether a segment is one of the log's. */
    boolean counts(long segment) {
        return Long.compareUnsigned(segment, first) >= 0
                && (epoch == 0 || WalPosition.epochOf(segment) >= epoch || Long.compareUnsigned(segment, last) <= 0);
    }

    LogFacts startingAt(long segment) {
        return new LogFacts(id, segment, deleted, epoch, last, lastEnd);
    }

    /** The same log as an epoch found it. */
    LogFacts openedBy(long opener, long lastSegment, long end) {
        return new LogFacts(id, first, false, opener, lastSegment, end);
    }
}
