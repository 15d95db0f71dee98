// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a log besides its segments, as the name of an empty file in an epoch's directory: creating it is one
 * step of the namenode's, needs no datanode, and fails once the directory is sealed. The last one counts: of the highest
 * epoch, the highest number.
 *
 * @param epoch who says so
 * @param number counts the marks of the epoch
 * @param first the id of the first segment that counts; those before it were freed
 * @param id the log's random id, which every segment repeats
 * @param deleted whether the log was deleted
 */
record Mark(long epoch, int number, long first, UUID id, boolean deleted) {
    static final Comparator<Mark> ORDER = Comparator.comparingLong(Mark::epoch).thenComparingInt(Mark::number);

    private static final Pattern NAME = Pattern.compile(
            "mark-([0-9a-f]{8})-([0-9a-f]{16})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(live|gone)");

    String name() {
        return String.format(Locale.ROOT, "mark-%08x-%016x-%s-%s", number, first, id, deleted ? "gone" : "live");
    }

    static @Nullable Mark of(long epoch, String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? new Mark(
                        epoch,
                        HexFormat.fromHexDigits(parts.group(1)),
                        HexFormat.fromHexDigitsToLong(parts.group(2)),
                        UUID.fromString(parts.group(3)),
                        parts.group(4).equals("gone"))
                : null;
    }
}
