// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Secrets;
import java.sql.SQLException;
import java.util.Set;

/** Turns what databases throw into errors that name the thing and the next step, and whose code says whether they pass. */
final class JdbcErrors {
    /**
     * What a row is refused with: data, integrity, a view's check, what a trigger raises, and two rows of one statement
     * (which a driver may make of several) that meet.
     */
    private static final Set<String> OF_A_ROW = Set.of("21", "22", "23", "44");

    private static final String RAISED = "P0001";

    /** What stays as it is until somebody changes a setting, a grant or the schema. */
    private static final Set<String> OF_THE_SETTINGS =
            Set.of("07", "0A", "0L", "0P", "26", "2F", "3D", "3F", "42", "54");

    /** Connections, transactions that others undid, resources, somebody's intervention, the system under the database. */
    private static final Set<String> OF_THE_MOMENT = Set.of("08", "40", "53", "57", "58");

    private JdbcErrors() {}

    /**
     * Translates.
     *
     * @param doing what was being done, such as {@code writing batch 10:00 of output 'counts'}
     */
    static MillraceException of(String doing, SQLException error) {
        String said = Secrets.mask(said(error)); // a driver may repeat its URL
        String kind = kind(state(error));
        if (kind.equals("28")) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the database does not accept who we are, while " + doing + ": " + said
                            + "; check 'user' and 'password'",
                    error);
        } else if (isOfARow(error)) {
            return new MillraceException(
                    ErrorCode.USER_CODE,
                    "the database refused a row while " + doing + ": " + said
                            + "; check what the stream puts into the statement's parameters",
                    error);
        } else if (OF_THE_SETTINGS.contains(kind)) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the database refused a statement while " + doing + ": " + said
                            + "; check 'sql', 'url', that the tables exist, and what the user is granted",
                    error);
        }
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM, "the database failed while " + doing + ": " + said, error);
    }

    /** Whether a row is refused for what it is: it would be refused again. */
    static boolean isOfARow(SQLException error) {
        String state = state(error);
        return OF_A_ROW.contains(kind(state)) || state.equals(RAISED);
    }

    /** Whether the error has to do with nothing that was asked, but with the connection or the database of this moment. */
    static boolean isOfTheMoment(SQLException error) {
        return OF_THE_MOMENT.contains(kind(state(error)));
    }

    /** The SQL state; a batch of statements may have it in what follows. */
    private static String state(SQLException error) {
        for (SQLException at = error; at != null; at = at == at.getNextException() ? null : at.getNextException()) {
            String state = at.getSQLState();
            if (state != null && state.length() == 5) {
                return state;
            }
        }
        return "";
    }

    /** The first two letters of an SQL state say what kind of error it is. */
    private static String kind(String state) {
        return state.isEmpty() ? "" : state.substring(0, 2);
    }

    /** A batch of statements says why it failed in what follows, and a lost connection in what is below. */
    private static String said(SQLException error) {
        StringBuilder said = new StringBuilder(String.valueOf(error.getMessage()));
        SQLException next = error.getNextException();
        if (next != null) {
            said.append(" (").append(next.getMessage()).append(')');
        }
        Throwable cause = error.getCause();
        for (int depth = 0; depth < 16 && cause != null && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        if (cause != null && cause.getMessage() != null && said.indexOf(cause.getMessage()) < 0) {
            said.append(" (").append(cause).append(')');
        }
        String state = state(error);
        return state.isEmpty()
                ? said.toString()
                : said.append(" [SQLState ").append(state).append(']').toString();
    }
}
