// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    private static final int VALID_WITHIN_SECONDS = 5;

    private final Connections connections;
    private final Rows rows;
    private final BatchesTable batches;
    private final Duration validateAfter;
    private final Consumer<String> steps;
    private @Nullable SinkOwner owner;
    private volatile @Nullable Connection connection;
    private volatile boolean calling;

    /** When the connection was last known to work. */
    private long used;

    JdbcSink(Connections connections, Rows rows, BatchesTable batches, Duration validateAfter, Consumer<String> steps) {
        this.connections = connections;
        this.rows = rows;
        this.batches = batches;
        this.validateAfter = validateAfter;
        this.steps = steps;
    }

    @Override
    public Optional<SinkClaim> look(String programId, String output) throws InterruptedException {
        steps.accept("connect to look");
        try (Connection looking = connections.open()) {
            steps.accept("look at row");
            return batches.look(looking, programId, output);
        } catch (SQLException e) {
            throw JdbcErrors.of("looking whose output '" + output + "' is", e);
        }
    }

    @Override
    public boolean claim(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch)
            throws InterruptedException {
        disconnect();
        calling = true;
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
                used = System.nanoTime();
            }
            return claimed;
        } catch (SQLException e) {
            disconnect();
            throw JdbcErrors.of("claiming output '" + claimant.output() + "'", e);
        } catch (RuntimeException | Error e) {
            disconnect();
            throw e;
        } finally {
            calling = false;
        }
    }

    @Override
    public void commit(Batch<?> batch) throws Exception {
        commit(batch, Refusals.strict());
    }

    @Override
    public void commit(Batch<?> batch, Refusals refusals) throws Exception {
        SinkOwner by = owner;
        Connection old = connection;
        if (by == null || old == null) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "batch " + batch.id().batchTime()
                            + " has no connection to be written on: the output is claimed anew");
        }
        if (batch.isEmpty()) {
            return;
        }
        boolean committed = false;
        calling = true;
        try {
            Connection on = usable(old);
            write(on, by, batch, refusals);
            steps.accept("commit transaction");
            on.commit();
            used = System.nanoTime();
            committed = true;
        } catch (SQLException e) {
            throw JdbcErrors.of("writing batch " + batch.id().batchTime() + " of output '" + by.output() + "'", e);
        } finally {
            if (!committed) {
                disconnect();
            }
            calling = false;
        }
    }

    /**
     * The connection, or another one if it stood idle and does not answer any more: what lies between drops connections
     * without a word. Whose the output is, the transaction finds out.
     */
    private Connection usable(Connection old) throws SQLException, InterruptedException {
        if (System.nanoTime() - used < validateAfter.toNanos()) {
            return old;
        }
        steps.accept("validate connection");
        if (old.isValid(VALID_WITHIN_SECONDS)) {
            return old;
        }
        LOG.info("A connection that stood idle does not answer; another one is made");
        connection = null;
        abort(old);
        Connection made = connections.open();
        connection = made;
        return made;
    }

    private void write(Connection on, SinkOwner by, Batch<?> batch, Refusals refusals) throws Exception {
        steps.accept("advance row");
        batches.advance(on, by, batch.id().batchTime());
        try {
            rows.write(on, batch);
        } catch (Rows.Refused e) {
            if (!Transactions.rollback(on, e.why()) || !on.getMetaData().supportsSavepoints()) {
                throw e.why();
            }
            batches.advance(on, by, batch.id().batchTime());
            if (rows.writeOthers(on, batch, refusals)) {
                steps.accept("settle what is refused");
                refusals.settle();
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

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a connection was not aborted in order", e);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        if (calling && open != null) {
            abort(open); // whoever is in a call would be waited for
        } else {
            disconnect();
        }
    }
}
