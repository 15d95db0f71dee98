// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalPosition;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Where everything is below a program's prefix (S3-10). Numbers are hexadecimal and of fixed length, so that keys are
 * listed in the order of the numbers.
 */
final class Keys {
    private static final Pattern LOG_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
    private static final Pattern OBJECT_NAME = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");
    private static final int EPOCH_DIGITS = 6;
    private static final int NUMBER_DIGITS = 10;

    private final String prefix;

    /** @param prefix the program's: empty, or ending in a slash */
    Keys(String prefix) {
        this.prefix = prefix;
    }

    String claims() {
        return prefix + "claims/";
    }

    String claim(long epoch) {
        return claims() + hex(epoch, EPOCH_DIGITS);
    }

    String allMarks() {
        return prefix + "marks/";
    }

    String marks(String log) {
        return allMarks() + log + "/";
    }

    String mark(String log, long number) {
        return marks(log) + hex(number, NUMBER_DIGITS);
    }

    String data(String log) {
        return prefix + "data/" + log + "/";
    }

    String data(String log, long epoch) {
        return data(log) + hex(epoch, EPOCH_DIGITS) + "/";
    }

    /** The key of a segment: the epoch's slot with the segment's sequence number. */
    String segment(String log, long segment) {
        return data(log, WalPosition.epochOf(segment)) + hex(WalPosition.sequenceOf(segment), NUMBER_DIGITS);
    }

    String objects() {
        return prefix + "objects/";
    }

    /** The key of a named blob. */
    String object(String name) {
        if (!OBJECT_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name
                    + "' is not a blob's name: use parts of letters, digits, '.', '_' and '-' joined by '/'");
        }
        return objects() + name;
    }

    String probe() {
        return prefix + "probe/";
    }

    /** The epoch of a claim's key; empty if it is something else. */
    OptionalLong epochOf(String key) {
        return number(key, claims(), EPOCH_DIGITS);
    }

    /** The number of a mark's key; empty if it is something else. */
    OptionalLong markOf(String log, String key) {
        return number(key, marks(log), NUMBER_DIGITS);
    }

    /** The segment that a key of a log's data stands for; empty if it is something else. */
    OptionalLong segmentOf(String log, String key) {
        String start = data(log);
        int slash = start.length() + EPOCH_DIGITS;
        if (key.length() != slash + 1 + NUMBER_DIGITS || key.charAt(slash) != '/') {
            return OptionalLong.empty();
        }
        OptionalLong epoch = number(key.substring(0, slash), start, EPOCH_DIGITS);
        OptionalLong slot = number(key, key.substring(0, slash + 1), NUMBER_DIGITS);
        return epoch.isPresent() && slot.isPresent()
                ? OptionalLong.of(WalPosition.segment(epoch.getAsLong(), slot.getAsLong()))
                : OptionalLong.empty();
    }

    /** Returns the name of a log, if it is one (W-50). */
    static String checkLog(String name) {
        if (!isLog(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a log's name: use 1 to 100 of a-z, 0-9 and -, and not - first");
        }
        return name;
    }

    static boolean isLog(String name) {
        return LOG_NAME.matcher(name).matches();
    }

    private static String hex(long number, int digits) {
        String text = Long.toHexString(number);
        if (text.length() > digits) {
            throw new IllegalArgumentException(number + " has more than " + digits + " hexadecimal digits");
        }
        return "0".repeat(digits - text.length()) + text;
    }

    private static OptionalLong number(String key, String start, int digits) {
        if (key.length() != start.length() + digits || !key.startsWith(start)) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = start.length(); i < key.length(); i++) {
            int digit = "0123456789abcdef".indexOf(key.charAt(i));
            if (digit < 0) {
                return OptionalLong.empty();
            }
            value = value << 4 | digit;
        }
        return OptionalLong.of(value);
    }
}
