// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Turns what databases throw into errors that name the thing and the next step. */
final class JdbcErrors {
    private JdbcErrors() {}

    /**
     * Translates.
     *
     * @param doing what was being done, such as {@code writing batch 10:00 of output 'counts'}
     */
    static MillraceException of(String doing, SQLException error) {
        String said = said(error);
        return switch (kind(error.getSQLState())) {
            case "42" ->
                new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the database refused a statement while " + doing + ": " + said
                                + "; check 'sql', that its tables exist, and what the user is granted",
                        error);
            case "28" ->
                new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the database does not accept who we are, while " + doing + ": " + said
                                + "; check 'user' and 'password'",
                        error);
            case "22", "23" ->
                new MillraceException(
                        ErrorCode.USER_CODE,
                        "the database refused a row while " + doing + ": " + said
                                + "; check what the stream puts into the statement's parameters",
                        error);
            default ->
                new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM, "the database failed while " + doing + ": " + said, error);
        };
    }

    /** The first two letters of an SQL state say what kind of error it is. */
    private static String kind(@Nullable String state) {
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    /** A batch of statements says why it failed in what follows. */
    private static String said(SQLException error) {
        SQLException next = error.getNextException();
        return error.getMessage() + (next == null ? "" : " (" + next.getMessage() + ")");
    }
}
