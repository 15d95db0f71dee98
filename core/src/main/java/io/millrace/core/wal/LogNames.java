// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import java.util.regex.Pattern;

/** What a log may be called (W-50): what every medium can hold, and tell from every other name. */
public final class LogNames {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

    private LogNames() {}

    /** Whether it is a log's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the name, if it is one. */
    public static String check(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a log's name: use 1 to 100 of a-z, 0-9 and -, and not - first");
        }
        return name;
    }
}
