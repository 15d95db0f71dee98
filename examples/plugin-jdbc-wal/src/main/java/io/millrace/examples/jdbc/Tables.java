// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements. A place is a row with its epoch; a writer locks that row, so that a claim and what an older epoch
 * writes come one after the other: that is the fence. A log is a row that says where it begins, a frame one with its bytes.
 */
final class Tables {
    private static final List<String> CREATE = List.of(
            "CREATE TABLE IF NOT EXISTS millrace_places (place VARCHAR(500) PRIMARY KEY, epoch BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS millrace_logs (place VARCHAR(500), log VARCHAR(100), epoch BIGINT NOT NULL,"
                    + " first_segment BIGINT NOT NULL, present BOOLEAN NOT NULL, PRIMARY KEY (place, log))",
            "CREATE TABLE IF NOT EXISTS millrace_frames (place VARCHAR(500), log VARCHAR(100), segment BIGINT,"
                    + " start_offset BIGINT, end_offset BIGINT NOT NULL, bytes BYTEA NOT NULL,"
                    + " PRIMARY KEY (place, log, segment, start_offset))");

    private final String place;

    Tables(String place) {
        this.place = place;
    }

    /** A log's row. */
    record Log(long epoch, long firstSegment, boolean present) {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String create : CREATE) {
                statement.execute(create);
            }
        }
    }

    void addPlace(Connection connection) throws SQLException {
        if (update(connection, "UPDATE millrace_places SET epoch = epoch WHERE place = ?", place) == 0) {
            update(connection, "INSERT INTO millrace_places (place, epoch) VALUES (?, 0)", place);
        }
    }

    /** The highest epoch of the place, which no other transaction changes before this one ends. */
    long lockedEpoch(Connection connection) throws SQLException {
        return number(connection, "SELECT epoch FROM millrace_places WHERE place = ? FOR UPDATE", place);
    }

    void setEpoch(Connection connection, long epoch) throws SQLException {
        update(connection, "UPDATE millrace_places SET epoch = ? WHERE place = ?", epoch, place);
    }

    /** Locks the place for a writer. */
    void own(Connection connection, String log, long epoch) throws SQLException {
        long highest = lockedEpoch(connection);
        if (highest > epoch) {
            throw new WalException(
                    Reason.FENCED,
                    "log '" + log + "' at '" + place + "' belongs to epoch " + highest + "; this process has epoch "
                            + epoch + " and must end");
        }
    }

    /** A log's row; null if it never existed. */
    Log log(Connection connection, String log) throws SQLException {
        try (PreparedStatement select = prepare(
                        connection,
                        "SELECT epoch, first_segment, present FROM millrace_logs WHERE place = ? AND log = ?",
                        place,
                        log);
                ResultSet row = select.executeQuery()) {
            return row.next() ? new Log(row.getLong(1), row.getLong(2), row.getBoolean(3)) : null;
        }
    }

    void setLog(Connection connection, String log, Log to) throws SQLException {
        int updated = update(
                connection,
                "UPDATE millrace_logs SET epoch = ?, first_segment = ?, present = ? WHERE place = ? AND log = ?",
                to.epoch(),
                to.firstSegment(),
                to.present(),
                place,
                log);
        if (updated == 0) {
            update(
                    connection,
                    "INSERT INTO millrace_logs (epoch, first_segment, present, place, log) VALUES (?, ?, ?, ?, ?)",
                    to.epoch(),
                    to.firstSegment(),
                    to.present(),
                    place,
                    log);
        }
    }

    List<String> logs(Connection connection) throws SQLException {
        List<String> logs = new ArrayList<>();
        try (PreparedStatement select =
                        prepare(connection, "SELECT log FROM millrace_logs WHERE place = ? AND present", place);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                logs.add(rows.getString(1));
            }
        }
        logs.sort(null); // as Java sorts; a database has its own idea
        return logs;
    }

    /** The segments of a log in order; the last one is sealed if a higher epoch opened the log. */
    List<WalReader.Segment> segments(Connection connection, String log) throws SQLException {
        Log row = log(connection, log);
        List<WalReader.Segment> segments = new ArrayList<>();
        try (PreparedStatement select = prepare(
                        connection,
                        "SELECT segment, MAX(end_offset) FROM millrace_frames WHERE place = ? AND log = ?"
                                + " GROUP BY segment ORDER BY segment",
                        place,
                        log);
                ResultSet rows = select.executeQuery()) {
            boolean more = rows.next();
            while (more) {
                long id = rows.getLong(1);
                long length = rows.getLong(2);
                more = rows.next();
                boolean sealed = more || row != null && WalPosition.epochOf(id) < row.epoch();
                segments.add(new WalReader.Segment(id, length, sealed));
            }
        }
        return segments;
    }

    void addFrame(Connection connection, String log, WalPosition at, byte[] bytes) throws SQLException {
        update(
                connection,
                "INSERT INTO millrace_frames (place, log, segment, start_offset, end_offset, bytes)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                place,
                log,
                at.segment(),
                at.offset(),
                at.offset() + bytes.length,
                bytes);
    }

    /** The frame that an offset is in, and where it begins; null if there is none. */
    Frame frame(Connection connection, String log, long segment, long offset) throws SQLException {
        try (PreparedStatement select = prepare(
                        connection,
                        "SELECT start_offset, bytes FROM millrace_frames WHERE place = ? AND log = ? AND segment = ?"
                                + " AND start_offset <= ? AND end_offset > ?",
                        place,
                        log,
                        segment,
                        offset,
                        offset);
                ResultSet row = select.executeQuery()) {
            return row.next() ? new Frame(row.getLong(1), row.getBytes(2)) : null;
        }
    }

    /** A frame's bytes, and where in its segment they begin. */
    record Frame(long start, byte[] bytes) {}

    void removeSegment(Connection connection, String log, long segment) throws SQLException {
        update(
                connection,
                "DELETE FROM millrace_frames WHERE place = ? AND log = ? AND segment = ?",
                place,
                log,
                segment);
    }

    private static long number(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement select = prepare(connection, sql, values);
                ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement update = prepare(connection, sql, values)) {
            return update.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
