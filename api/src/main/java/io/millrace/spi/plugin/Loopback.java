// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a host is this machine, judged by its name alone: nothing is looked up. A plugin that connects to another
 * machine without encryption warns of it once, and says nothing of a server on this one.
 *
 * @since 0.1
 */
public final class Loopback {
    private static final Pattern NAMES =
            Pattern.compile("localhost|.*\\.localhost|127(?:\\.\\d{1,3}){3}|\\[?(?:::1|(?:0{1,4}:){7}0{0,3}1)]?");

    private Loopback() {}

    /** Whether {@code host}, a name or an address with or without brackets, is {@code localhost}, 127.0.0.0/8 or ::1. */
    public static boolean is(String host) {
        return NAMES.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
