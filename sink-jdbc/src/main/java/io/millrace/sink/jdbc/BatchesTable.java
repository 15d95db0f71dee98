// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.SinkOwner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The table that holds a row for each output: the epoch that owns it and the time of its last batch. Every transaction
 * begins by changing that row, and only if the epoch is its own: so it holds the row's lock from then on, and whoever has
 * been replaced finds no row. Plain SQL that every database understands.
 *
 * @param name the table's name, as it is written in SQL
 * @param claimTimeout how long to wait for another session's lock on the row
 */
record BatchesTable(String name, Duration claimTimeout) {
    private static final String KEY = " where program = ? and output_name = ?";

    /** Makes the table if it is not there. */
    void make(Connection connection) throws SQLException {
        if (!isThere(connection)) {
            try (Statement create = connection.createStatement()) {
                create.execute(
                        "create table " + name + " (program varchar(200) not null, output_name varchar(500) not null,"
                                + " epoch bigint not null, batch_time bigint, primary key (program, output_name))");
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                if (!isThere(connection)) { // else another process has just made it
                    throw e;
                }
            }
        }
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet none = ask.executeQuery("select epoch, batch_time from " + name + " where 1 = 0")) {
            return none.getMetaData().getColumnCount() == 2;
        } catch (SQLException e) {
            return false;
        } finally {
            connection.rollback();
        }
    }

    /** Makes an output an epoch's own, in a transaction that it commits; returns its last batch. */
    Optional<Instant> claim(Connection connection, SinkOwner owner) throws SQLException {
        long deadline = System.nanoTime() + claimTimeout.toNanos();
        while (true) {
            try {
                if (take(connection, owner)) {
                    Optional<Instant> last = row(connection, owner).last();
                    connection.commit();
                    return last;
                }
                insert(connection, owner);
                return Optional.empty();
            } catch (SQLIntegrityConstraintViolationException e) {
                connection.rollback(); // another process has just inserted the row: look again
            } catch (SQLException e) {
                connection.rollback();
                if (!isWaiting(e) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    /** Whether another session holds the row, as far as the many ways of saying so are known. */
    private static boolean isWaiting(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientException
                || e instanceof SQLIntegrityConstraintViolationException
                || state.startsWith("40")
                || state.equals("23505")
                || state.equals("55P03");
    }

    /** Whether the row was there to be taken. */
    private boolean take(Connection connection, SinkOwner owner) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update " + name + " set epoch = ?" + KEY + " and epoch <= ?")) {
            update.setQueryTimeout((int) Math.max(1, claimTimeout.toSeconds()));
            update.setLong(1, owner.epoch());
            update.setString(2, owner.programId());
            update.setString(3, owner.output());
            update.setLong(4, owner.epoch());
            if (update.executeUpdate() == 1) {
                return true;
            }
        }
        Row row = row(connection, owner);
        if (row.epoch() > owner.epoch()) {
            connection.rollback();
            throw fenced(owner, row.epoch());
        }
        return false;
    }

    private void insert(Connection connection, SinkOwner owner) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into " + name + " (program, output_name, epoch) values (?, ?, ?)")) {
            insert.setString(1, owner.programId());
            insert.setString(2, owner.output());
            insert.setLong(3, owner.epoch());
            insert.executeUpdate();
        }
        connection.commit();
    }

    /**
     * Begins the transaction of a batch: takes the row's lock and writes the batch's time.
     *
     * @throws MillraceException of code {@code FENCED} if the output is not this epoch's any more
     */
    void advance(Connection connection, SinkOwner owner, Instant batch) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update " + name + " set batch_time = ?" + KEY
                + " and epoch = ? and (batch_time is null or batch_time < ?)")) {
            update.setLong(1, batch.toEpochMilli());
            update.setString(2, owner.programId());
            update.setString(3, owner.output());
            update.setLong(4, owner.epoch());
            update.setLong(5, batch.toEpochMilli());
            if (update.executeUpdate() == 1) {
                return;
            }
        }
        Row row = row(connection, owner);
        if (row.epoch() > owner.epoch()) {
            throw fenced(owner, row.epoch());
        }
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the row of output '" + owner.output() + "' in " + name + " says epoch " + row.epoch() + ", last batch "
                        + row.last().map(Instant::toString).orElse("none") + ", before batch " + batch
                        + ": somebody changed or removed it; it is claimed anew");
    }

    private Row row(Connection connection, SinkOwner owner) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select epoch, batch_time from " + name + KEY)) {
            select.setString(1, owner.programId());
            select.setString(2, owner.output());
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return new Row(0, Optional.empty());
                }
                long epoch = found.getLong(1);
                long time = found.getLong(2);
                return new Row(epoch, found.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time)));
            }
        }
    }

    private record Row(long epoch, Optional<Instant> last) {}

    private MillraceException fenced(SinkOwner owner, long epoch) {
        return new MillraceException(
                ErrorCode.FENCED,
                "output '" + owner.output() + "' of program '" + owner.programId() + "' belongs to epoch " + epoch
                        + " now, as its row in " + name + " says, and this process has epoch " + owner.epoch()
                        + ": another process has taken the program over; if its checkpoint was deleted on purpose, delete"
                        + " the row, or give the output another name");
    }
}
