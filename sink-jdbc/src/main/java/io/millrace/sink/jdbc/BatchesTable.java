// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The table that holds a row for each output: the checkpoint and the epoch that own it, and the time of its last batch.
 * Every transaction begins by changing that row, and only if both are its own: so it holds the row's lock from then on, and
 * whoever has been replaced finds no row. Plain SQL that every database understands.
 *
 * @param name the table's name, as it is written in SQL
 * @param claimTimeout how long to wait for another session's lock on the row
 */
record BatchesTable(String name, Duration claimTimeout) {
    private static final String KEY = " where program = ? and output_name = ?";
    private static final String COLUMN = "checkpoint_id";

    /** How a table that is of before checkpoints had identities gets them. */
    private String addColumn() {
        return "alter table " + name + " add " + COLUMN + " varchar(50)";
    }

    /** Makes the table if it is not there, and adds the column that one of before has not. */
    void make(Connection connection) throws SQLException {
        switch (shape(connection)) {
            case WHOLE -> {}
            case WITHOUT_IDENTITY -> alter(connection);
            case NONE -> {
                try {
                    execute(
                            connection,
                            "create table " + name
                                    + " (program varchar(200) not null, output_name varchar(500) not null,"
                                    + " epoch bigint not null, batch_time bigint, " + COLUMN
                                    + " varchar(50), primary key (program, output_name))");
                } catch (SQLException e) {
                    if (shape(connection) != Shape.WHOLE) { // else another process has just made it
                        throw e;
                    }
                }
            }
        }
    }

    private void alter(Connection connection) throws SQLException {
        try {
            execute(connection, addColumn());
        } catch (SQLException e) {
            if (shape(connection) != Shape.WHOLE) { // else another process has just added it
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the table " + name + " is of an earlier version, and has no column " + COLUMN
                                + ", which cannot be added: " + e.getMessage()
                                + "; have the owner of the table execute"
                                + " once: " + addColumn(),
                        e);
            }
        }
    }

    private void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(patience());
            statement.execute(sql);
            connection.commit();
        } catch (SQLException e) {
            Transactions.rollback(connection, e);
            throw e;
        }
    }

    private int patience() {
        return (int) Math.max(1, claimTimeout.toSeconds());
    }

    /** What is there under the table's name. */
    private enum Shape {
        NONE,
        WITHOUT_IDENTITY,
        WHOLE
    }

    private Shape shape(Connection connection) throws SQLException {
        if (has(connection, "epoch, batch_time, " + COLUMN)) {
            return Shape.WHOLE;
        }
        return has(connection, "epoch, batch_time") ? Shape.WITHOUT_IDENTITY : Shape.NONE;
    }

    /** Whether the table is there and has these columns; databases say in many ways that it is not so. */
    private boolean has(Connection connection, String columns) throws SQLException {
        boolean has;
        try (Statement ask = connection.createStatement();
                ResultSet none = ask.executeQuery("select " + columns + " from " + name + " where 1 = 0")) {
            has = none.getMetaData().getColumnCount() > 0;
        } catch (SQLException e) {
            boolean goesOn = Transactions.rollback(connection, e);
            if (!goesOn || JdbcErrors.isOfTheMoment(e)) {
                throw e;
            }
            return false;
        }
        connection.rollback();
        return has;
    }

    /** What the table says of an output; changes nothing, also if the table is not there or is of before. */
    Optional<SinkClaim> look(Connection connection, String program, String output) throws SQLException {
        Shape shape = shape(connection);
        if (shape == Shape.NONE) {
            return Optional.empty();
        }
        Optional<SinkClaim> row;
        try {
            row = row(connection, program, output, shape == Shape.WHOLE);
        } catch (SQLException e) {
            Transactions.rollback(connection, e);
            throw e;
        }
        connection.rollback();
        return row;
    }

    /** Makes an output an owner's in a transaction that it commits, if its row is as it was found. */
    boolean claim(Connection connection, SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch)
            throws SQLException {
        long deadline = System.nanoTime() + claimTimeout.toNanos();
        while (true) {
            try {
                boolean claimed = found.isEmpty()
                        ? insert(connection, owner, lastBatch)
                        : replace(connection, owner, found.get(), lastBatch);
                if (claimed) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                return claimed;
            } catch (SQLIntegrityConstraintViolationException e) {
                if (!Transactions.rollback(connection, e)) {
                    throw e;
                }
                return false; // another process has just inserted the row
            } catch (SQLException e) {
                boolean goesOn = Transactions.rollback(connection, e);
                if (!goesOn || !isWaiting(e) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    /** Whether another session holds the row, as far as the many ways of saying so are known. */
    private static boolean isWaiting(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientException
                || state.startsWith("40")
                || state.equals("23505")
                || state.equals("55P03");
    }

    private boolean insert(Connection connection, SinkOwner owner, Optional<Instant> lastBatch) throws SQLException {
        if (row(connection, owner.programId(), owner.output(), true).isPresent()) {
            return false;
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into " + name
                + " (program, output_name, epoch, " + COLUMN + ", batch_time) values (?, ?, ?, ?, ?)")) {
            insert.setQueryTimeout(patience());
            insert.setString(1, owner.programId());
            insert.setString(2, owner.output());
            insert.setLong(3, owner.epoch());
            insert.setString(4, owner.identity());
            setTime(insert, 5, lastBatch);
            return insert.executeUpdate() == 1;
        }
    }

    private boolean replace(Connection connection, SinkOwner owner, SinkClaim found, Optional<Instant> lastBatch)
            throws SQLException {
        String sameIdentity = found.identity().isEmpty() ? "(@ is null or @ = '')" : "@ = ?";
        boolean stays = found.lastBatch().equals(lastBatch);
        String sameTime = stays ? "" : found.lastBatch().isEmpty() ? " and batch_time is null" : " and batch_time = ?";
        try (PreparedStatement update = connection.prepareStatement("update " + name + " set epoch = ?, " + COLUMN
                + " = ?" + (stays ? "" : ", batch_time = ?") + KEY + " and epoch = ? and "
                + sameIdentity.replace("@", COLUMN) + sameTime)) {
            update.setQueryTimeout(patience());
            update.setLong(1, owner.epoch());
            update.setString(2, owner.identity());
            int next = 3;
            if (!stays) {
                setTime(update, next++, lastBatch);
            }
            update.setString(next++, owner.programId());
            update.setString(next++, owner.output());
            update.setLong(next++, found.epoch());
            if (!found.identity().isEmpty()) {
                update.setString(next++, found.identity());
            }
            if (!stays && found.lastBatch().isPresent()) {
                update.setLong(next, found.lastBatch().get().toEpochMilli());
            }
            return update.executeUpdate() == 1;
        }
    }

    private static void setTime(PreparedStatement statement, int index, Optional<Instant> time) throws SQLException {
        if (time.isPresent()) {
            statement.setLong(index, time.get().toEpochMilli());
        } else {
            statement.setNull(index, Types.BIGINT);
        }
    }

    /**
     * Begins the transaction of a batch: takes the row's lock and writes the batch's time.
     *
     * @throws MillraceException of code {@code FENCED} if the output is not this owner's any more
     */
    void advance(Connection connection, SinkOwner owner, Instant batch) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update " + name + " set batch_time = ?" + KEY
                + " and epoch = ? and " + COLUMN + " = ? and (batch_time is null or batch_time < ?)")) {
            update.setLong(1, batch.toEpochMilli());
            update.setString(2, owner.programId());
            update.setString(3, owner.output());
            update.setLong(4, owner.epoch());
            update.setString(5, owner.identity());
            update.setLong(6, batch.toEpochMilli());
            if (update.executeUpdate() == 1) {
                return;
            }
        }
        Optional<SinkClaim> row = row(connection, owner.programId(), owner.output(), true);
        if (row.isPresent()
                && !(row.get().identity().equals(owner.identity()) && row.get().epoch() == owner.epoch())) {
            throw fenced(owner, row.get());
        }
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the row of output '" + owner.output() + "' in " + name + " says last batch "
                        + row.flatMap(SinkClaim::lastBatch)
                                .map(Instant::toString)
                                .orElse("none") + ", before batch " + batch
                        + ": the row was changed or removed from outside; it is claimed anew");
    }

    private Optional<SinkClaim> row(Connection connection, String program, String output, boolean identities)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select epoch, batch_time" + (identities ? ", " + COLUMN : "") + " from " + name + KEY)) {
            select.setString(1, program);
            select.setString(2, output);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                long epoch = found.getLong(1);
                long time = found.getLong(2);
                Optional<Instant> last = found.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time));
                String identity = identities ? Objects.requireNonNullElse(found.getString(3), "") : "";
                return Optional.of(new SinkClaim(identity, epoch, last, "its row in " + name));
            }
        }
    }

    private MillraceException fenced(SinkOwner owner, SinkClaim row) {
        return new MillraceException(
                ErrorCode.FENCED,
                "output '" + owner.output() + "' of program '" + owner.programId() + "' belongs to checkpoint "
                        + row.identity() + ", epoch " + row.epoch() + " now, as its row in " + name
                        + " says, and this process has checkpoint " + owner.identity() + ", epoch " + owner.epoch()
                        + ": another process has taken the output over");
    }
}
