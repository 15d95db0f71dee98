// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the name of a kit's method says, such as {@code required_wal_03_aLowerEpochNeverAppendsAgain}.
 *
 * @param clauses with the letter of their specification
 * @param required false for {@code optional_…}
 * @param says the rest, in words
 */
record ClauseName(String clauses, boolean required, String says) {
    private static final Pattern NAME = Pattern.compile("(required|optional|stochastic)_[a-z]+((?:_\\d+)+)_(\\w+)");

    /**
     * Reads a name.
     *
     * @param letter of the specification's clauses, such as {@code W}
     */
    static ClauseName of(String method, String letter) {
        Matcher name = NAME.matcher(method);
        if (!name.matches()) {
            return new ClauseName("-", true, words(method));
        }
        String clauses = Pattern.compile("_")
                .splitAsStream(name.group(2).substring(1))
                .map(number -> letter + "-" + number)
                .collect(Collectors.joining(", "));
        return new ClauseName(clauses, !name.group(1).equals("optional"), words(name.group(3)));
    }

    private static String words(String camelCase) {
        return camelCase
                .replace('_', ' ')
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
