// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalPosition;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of everything that the store makes. Whatever is called otherwise is not the store's. */
final class Names {
    static final String CLAIMS = "claims";
    static final String SEALED = ".sealed";

    private static final Pattern LOG = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
    private static final Pattern CLAIM = Pattern.compile("[0-9a-f]{6}");
    private static final Pattern EPOCH = Pattern.compile("e[0-9a-f]{6}(\\.sealed)?");
    private static final Pattern SEGMENT = Pattern.compile("seg-[0-9a-f]{10}\\.wal");

    private Names() {}

    /** Returns the name, if a log may be called so (W-50). */
    static String checkLog(String name) {
        if (!LOG.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a log's name: use 1 to 100 of a-z, 0-9 and -, and not - first");
        }
        return name;
    }

    /** Whether a directory of the place can be a log's. A log may be called like the directory of the claims. */
    static boolean isLogDirectory(String name) {
        return name.startsWith("log-") && LOG.matcher(name.substring(4)).matches();
    }

    /** The directory of a log, which nothing else is called like. */
    static String logDirectory(String log) {
        return "log-" + checkLog(log);
    }

    static String logOf(String directory) {
        return directory.substring(4);
    }

    static String claim(long epoch) {
        return String.format(Locale.ROOT, "%06x", epoch);
    }

    /** The epoch that a claim is for; 0 if it is none. */
    static long claimed(String name) {
        return CLAIM.matcher(name).matches() ? HexFormat.fromHexDigits(name) : 0;
    }

    static String epochDirectory(long epoch) {
        return "e" + claim(epoch);
    }

    /** The epoch whose directory it is, sealed or not; 0 if it is none. */
    static long epochOf(String directory) {
        return EPOCH.matcher(directory).matches() ? HexFormat.fromHexDigits(directory, 1, 7) : 0;
    }

    static String segment(long segment) {
        return String.format(Locale.ROOT, "seg-%010x.wal", WalPosition.sequenceOf(segment));
    }

    /** The id of the segment in a file of an epoch's directory; null if it is no segment. */
    static @Nullable Long segmentOf(long epoch, String name) {
        return SEGMENT.matcher(name).matches()
                ? WalPosition.segment(epoch, HexFormat.fromHexDigitsToLong(name, 4, 14))
                : null;
    }
}
