// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections on which nothing waits for ever: neither for the connection, for which drivers have settings of their
 * own, nor for an answer.
 *
 * @param plain makes them
 * @param patience how long the database may take for either
 * @param threads makes the threads that connect
 */
record TimedConnections(Connections plain, Duration patience, ThreadFactory threads) implements Connections {
    private static final Logger LOG = LoggerFactory.getLogger(TimedConnections.class);

    @Override
    public Connection open() throws SQLException, InterruptedException {
        CompletableFuture<Connection> made = new CompletableFuture<>();
        Thread connecting = threads.newThread(() -> connect(made));
        connecting.start();
        Connection connection;
        try {
            connection = await(made);
        } catch (InterruptedException e) {
            made.cancel(false);
            connecting.interrupt();
            throw e;
        }
        limit(connection);
        return connection;
    }

    private void connect(CompletableFuture<Connection> made) {
        try {
            Connection connection = plain.open();
            if (!made.complete(connection)) {
                connection.abort(Runnable::run); // nobody waits for it any more
            }
        } catch (Exception | LinkageError e) {
            made.completeExceptionally(e);
        }
    }

    private Connection await(CompletableFuture<Connection> made) throws SQLException, InterruptedException {
        try {
            return made.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            SQLException late = new SQLTransientConnectionException(
                    "there was no connection within " + patience.toMillis() + " ms (network.timeout)", "08001", e);
            if (made.completeExceptionally(late)) {
                throw late;
            }
            return await(made);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException refused) {
                throw refused;
            } else if (cause instanceof MillraceException known) {
                throw known;
            }
            throw new SQLException("the driver failed: " + cause, cause);
        }
    }

    private void limit(Connection connection) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, patience.toMillis()));
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            LOG.info("The driver has no network timeout; set one of its own below 'jdbc.': {}", e.toString());
        }
    }
}
