// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.ServiceLoader;

/** Transactions in a database, each on a connection of its own. Thread-safe. */
final class Database implements AutoCloseable {
    static final ConfigOption<String> URL = ConfigOption.text(
                    "url", "The database, such as jdbc:postgresql://host:5432/name.")
            .asRequired();
    static final ConfigOption<String> USER = ConfigOption.text("user", "Who connects to it.");
    static final ConfigOption<String> PASSWORD =
            ConfigOption.text("password", "The user's password.").asSecret();

    /** Work within a transaction. */
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private final String url;
    private final Properties properties = new Properties();
    private final Driver driver;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    Database(Settings settings) {
        url = settings.get(URL);
        settings.find(USER).ifPresent(user -> properties.put("user", user));
        settings.find(PASSWORD).ifPresent(password -> properties.put("password", password));
        driver = driver(url);
    }

    /** DriverManager would look where the host looks; the drivers are in this plugin. */
    private static Driver driver(String url) {
        try {
            for (Driver driver : ServiceLoader.load(Driver.class, Database.class.getClassLoader())) {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            }
        } catch (SQLException e) {
            throw new MillraceException(ErrorCode.USER_CONFIG, "setting 'url' = '" + url + "' is not usable: " + e, e);
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "setting 'url' = '" + url + "' is not usable: no driver in this plugin knows it;"
                        + " it has those of H2 and PostgreSQL");
    }

    /**
     * Does {@code work} and commits.
     *
     * @throws WalException with outcome {@code UNKNOWN} only if the commit itself failed
     */
    <T> T transaction(Work<T> work) {
        boolean interrupted = Thread.interrupted(); // H2 closes its files when an interrupted thread reads
        try {
            Connection connection = borrow();
            boolean good = false;
            try {
                T result = work.with(connection);
                commit(connection);
                good = true;
                return result;
            } finally {
                giveBack(connection, good);
            }
        } catch (SQLException e) {
            throw translated(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new WalException(
                    Reason.INDETERMINATE, Outcome.UNKNOWN, "whether " + url + " committed is not known: " + e, e);
        }
    }

    private Connection borrow() throws SQLException {
        synchronized (idle) {
            if (closed) {
                throw new WalException(Reason.CLOSED, "the connections to " + url + " are closed");
            }
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        Connection connection = driver.connect(url, properties);
        connection.setAutoCommit(false);
        return connection;
    }

    private void giveBack(Connection connection, boolean good) throws SQLException {
        synchronized (idle) {
            if (good && !closed) {
                idle.push(connection);
                return;
            }
        }
        try {
            if (!good) {
                connection.rollback();
            }
        } finally {
            connection.close();
        }
    }

    private WalException translated(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        Reason reason = switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "28" -> Reason.ACCESS_DENIED;
            case "53" -> Reason.FULL;
            case "42" -> Reason.UNSUPPORTED;
            default -> Reason.TRANSIENT;
        };
        return new WalException(reason, url + " says: " + e.getMessage(), e);
    }

    boolean isClosed() {
        synchronized (idle) {
            return closed;
        }
    }

    static boolean isDuplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Whether a table is missing: nothing was claimed in this database yet. */
    static boolean isMissingTable(WalException e) {
        return e.getCause() instanceof SQLException cause
                && ("42P01".equals(cause.getSQLState())
                        || "42S02".equals(cause.getSQLState())
                        || "42S04".equals(cause.getSQLState()));
    }

    /** Closes the connections that are idle now, and the others when they are given back. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            for (Connection connection : idle) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    continue; // it is gone either way
                }
            }
            idle.clear();
        }
    }
}
