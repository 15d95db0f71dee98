// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.regex.Pattern;

/**
 * Keeps secrets out of what is shown: a URL or a message of a driver may hold the password that a user wrote into the URL.
 *
 * @since 0.1
 */
public final class Secrets {
    private static final Pattern PARAMETER = Pattern.compile(
            "(?i)([\\w.-]*(?:password|passwd|passphrase|pwd|secret|token)[\\w.-]*\\s*=\\s*)(?:\"[^\"]*\"|'[^']*'|[^&;,\\s'\")]+)");
    private static final Pattern USER_INFO = Pattern.compile("(//[^/:@?#\\s]*:)[^/@?#\\s]+@");
    private static final String MASK = "***";

    private Secrets() {}

    /** The text, with {@code ***} in the place of values of parameters that are passwords, and of passwords before a host. */
    public static String mask(String text) {
        return USER_INFO
                .matcher(PARAMETER.matcher(text).replaceAll("$1" + MASK))
                .replaceAll("$1" + MASK + "@");
    }
}
