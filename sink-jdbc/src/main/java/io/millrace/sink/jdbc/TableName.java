// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import java.util.regex.Pattern;

/**
 * The name of a table as it is written into SQL: identifiers with a point between them, plain or in the quotes of the
 * database. Nothing else may come from a setting into a statement that the user did not write.
 */
final class TableName {
    private static final String PART =
            "(?:[\\p{L}_][\\p{L}\\p{N}_$#]*|\"(?:[^\"\\p{Cntrl}]|\"\")+\"|`(?:[^`\\p{Cntrl}]|``)+`|\\[[^\\[\\]\\p{Cntrl}]+])";
    private static final Pattern NAME = Pattern.compile(PART + "(?:\\." + PART + "){0,2}");

    private TableName() {}

    /**
     * Returns the name as it is, without spaces around it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String parse(String text) {
        String name = text.trim();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "give the name of a table, such as millrace_batches, streams.batches or \"My batches\"");
        }
        return name;
    }
}
