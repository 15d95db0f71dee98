// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch in one transaction that begins with the output's row in the batches table. One connection, made anew
 * by each claim: whatever a failed transaction left on the old one, the database takes back.
 */
final class JdbcSink implements Sink.Transactional {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcSink.class);

    private final Connections connections;
    private final RowBinder<Object> binder;
    private final String sql;
    private final BatchesTable batches;
    private final int rowsAtOnce;
    private final Consumer<String> steps;
    private @Nullable SinkOwner owner;
    private volatile @Nullable Connection connection;

    JdbcSink(
            Connections connections,
            RowBinder<Object> binder,
            String sql,
            BatchesTable batches,
            int rowsAtOnce,
            Consumer<String> steps) {
        this.connections = connections;
        this.binder = binder;
        this.sql = sql;
        this.batches = batches;
        this.rowsAtOnce = rowsAtOnce;
        this.steps = steps;
    }

    @Override
    public Optional<SinkClaim> look(String programId, String output) {
        steps.accept("connect to look");
        try (Connection looking = connections.open()) {
            steps.accept("look at row");
            return batches.look(looking, programId, output);
        } catch (SQLException e) {
            throw JdbcErrors.of("looking whose output '" + output + "' is", e);
        }
    }

    @Override
    public boolean claim(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
        disconnect();
        try {
            steps.accept("connect");
            Connection made = connections.open();
            connection = made;
            steps.accept("make table of batches");
            batches.make(made);
            steps.accept("claim row");
            boolean claimed = batches.claim(made, claimant, found, lastBatch);
            if (claimed) {
                owner = claimant;
            }
            return claimed;
        } catch (SQLException e) {
            disconnect();
            throw JdbcErrors.of("claiming output '" + claimant.output() + "'", e);
        } catch (RuntimeException | Error e) {
            disconnect();
            throw e;
        }
    }

    @Override
    public void commit(Batch<?> batch) throws Exception {
        SinkOwner by = owner;
        Connection on = connection;
        if (by == null || on == null) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "batch " + batch.id().batchTime()
                            + " has no connection to be written on: the output is claimed anew");
        }
        if (batch.isEmpty()) {
            return;
        }
        boolean committed = false;
        try {
            steps.accept("advance row");
            batches.advance(on, by, batch.id().batchTime());
            write(on, batch);
            steps.accept("commit transaction");
            on.commit();
            committed = true;
        } catch (SQLException e) {
            throw JdbcErrors.of("writing batch " + batch.id().batchTime() + " of output '" + by.output() + "'", e);
        } finally {
            if (!committed) {
                disconnect();
            }
        }
    }

    private void write(Connection on, Batch<?> batch) throws Exception {
        steps.accept("prepare statement");
        try (PreparedStatement statement = on.prepareStatement(sql)) {
            int[] waiting = {0};
            batch.forEach(row -> {
                binder.bind(row, statement);
                statement.addBatch();
                if (++waiting[0] == rowsAtOnce) {
                    steps.accept("send rows");
                    statement.executeBatch();
                    waiting[0] = 0;
                }
            });
            if (waiting[0] > 0) {
                steps.accept("send last rows");
                statement.executeBatch();
            }
        }
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        if (old == null) {
            return;
        }
        try {
            try {
                old.rollback(); // closing a pooled connection would not
            } finally {
                old.close();
            }
        } catch (SQLException e) {
            LOG.debug("a connection was not closed in order", e);
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
