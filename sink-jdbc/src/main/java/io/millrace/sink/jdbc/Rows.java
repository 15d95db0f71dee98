// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.Batch;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.Refusals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Executes the statement for the rows of a batch, in a transaction that somebody else began and ends. If a row is refused,
 * the batch is written once more to find it: many rows behind a savepoint, and those among which one is refused one by one,
 * each behind a savepoint of its own.
 *
 * @param sql the statement
 * @param binder sets its parameters
 * @param rowsAtOnce how many rows are sent together
 * @param steps told of each step before it is taken
 */
record Rows(String sql, RowBinder<Object> binder, int rowsAtOnce, Consumer<String> steps) {
    /** A row was refused, by the database or by the function that binds it; the cause says why. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final Exception why;

        Refused(Exception why) {
            super(why);
            this.why = why;
        }

        /** What the database or the function threw. */
        Exception why() {
            return why;
        }
    }

    /** Writes all rows, as fast as it goes. */
    void write(Connection on, Batch<?> batch) throws Exception {
        steps.accept("prepare statement");
        try (PreparedStatement statement = on.prepareStatement(sql)) {
            int[] waiting = {0};
            batch.forEach(row -> {
                bind(row, statement);
                if (++waiting[0] == rowsAtOnce) {
                    steps.accept("send rows");
                    send(statement);
                    waiting[0] = 0;
                }
            });
            if (waiting[0] > 0) {
                steps.accept("send last rows");
                send(statement);
            }
        }
    }

    /**
     * Writes the rows that are not refused.
     *
     * @return whether any was
     */
    boolean writeOthers(Connection on, Batch<?> batch, Refusals refusals) throws Exception {
        steps.accept("look for refused rows");
        Sorting sorting = new Sorting(on, refusals);
        batch.forEach(sorting::add);
        sorting.flush();
        return sorting.any;
    }

    private void bind(Object row, PreparedStatement statement) throws Refused, SQLException {
        try {
            binder.bind(row, statement);
        } catch (SQLException e) {
            if (JdbcErrors.isOfTheMoment(e)) {
                throw e;
            }
            throw new Refused(e);
        } catch (MillraceException e) {
            if (e.code().retriable()) {
                throw e;
            }
            throw new Refused(e);
        } catch (RuntimeException e) {
            throw new Refused(e);
        }
        statement.addBatch();
    }

    private static void send(PreparedStatement statement) throws Refused, SQLException {
        try {
            statement.executeBatch();
        } catch (SQLException e) {
            if (JdbcErrors.isOfARow(e)) {
                throw new Refused(e);
            }
            throw e;
        }
    }

    private final class Sorting {
        private final Connection on;
        private final Refusals refusals;
        private final List<Object> waiting = new ArrayList<>();
        private boolean any;

        Sorting(Connection on, Refusals refusals) {
            this.on = on;
            this.refusals = refusals;
        }

        void add(Object row) throws Exception {
            waiting.add(row);
            if (waiting.size() == rowsAtOnce) {
                flush();
            }
        }

        void flush() throws Exception {
            if (waiting.isEmpty()) {
                return;
            }
            try {
                together(waiting);
            } catch (Refused some) {
                for (Object row : waiting) {
                    try {
                        steps.accept("send row alone");
                        together(List.of(row));
                    } catch (Refused e) {
                        any = true;
                        refusals.refuse(row, e.why());
                    }
                }
            }
            waiting.clear();
        }

        private void together(List<Object> rows) throws Exception {
            Savepoint before = on.setSavepoint();
            try (PreparedStatement statement = on.prepareStatement(sql)) {
                for (Object row : rows) {
                    bind(row, statement);
                }
                send(statement);
            } catch (Refused e) {
                on.rollback(before);
                throw e;
            }
            try {
                on.releaseSavepoint(before);
            } catch (SQLFeatureNotSupportedException e) {
                // it goes with the transaction
            }
        }
    }
}
