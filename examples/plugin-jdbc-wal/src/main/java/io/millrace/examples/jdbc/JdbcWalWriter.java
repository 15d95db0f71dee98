// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.nio.ByteBuffer;

/** Writes a log: one transaction per append, which completes before it returns. */
final class JdbcWalWriter implements WalWriter {
    private static final int MOST_BYTES = 1_000_000;

    private final Database database;
    private final Tables tables;
    private final String log;
    private final long epoch;
    private final WalRecovery recovery;
    private final long segmentBytes;
    private long segment;
    private long length;
    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;

    /** A writer whose first segment is {@code segment}. */
    JdbcWalWriter(
            Database database,
            Tables tables,
            String log,
            long epoch,
            WalRecovery recovery,
            long segment,
            long segmentBytes) {
        this.database = database;
        this.tables = tables;
        this.log = log;
        this.epoch = epoch;
        this.recovery = recovery;
        this.segment = segment;
        this.segmentBytes = segmentBytes;
        this.durableEnd = recovery.end();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public WalRecovery recovery() {
        return recovery;
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        ensureOpen();
        if (frame.length() > MOST_BYTES) {
            throw new WalException(
                    Reason.TOO_LARGE,
                    "a frame of " + frame.length() + " bytes is larger than " + MOST_BYTES + ", which is the most");
        }
        if (state == WalState.FAILED) {
            completion.failed(new WalException(
                    Reason.INDETERMINATE, Outcome.NOT_APPENDED, "an append before this one is in doubt", null));
            return;
        }
        if (length > 0 && length + frame.length() > segmentBytes) {
            nextSegment();
        }
        WalPosition at = end();
        byte[] bytes = bytes(frame, at);
        try {
            write(() -> database.transaction(connection -> {
                tables.own(connection, log, epoch);
                tables.addFrame(connection, log, at, bytes);
                return null;
            }));
        } catch (WalException e) {
            completion.failed(e);
            return;
        }
        length += bytes.length;
        durableEnd = at.plus(bytes.length);
        completion.durable(at);
    }

    private static byte[] bytes(WalFrame frame, WalPosition at) {
        ByteBuffer bytes = ByteBuffer.allocate(frame.length());
        for (ByteBuffer part : frame.encode(at)) {
            bytes.put(part.duplicate());
        }
        return bytes.array();
    }

    /** Does something to the database, and remembers what that says about this writer. */
    private void write(Runnable transaction) {
        try {
            transaction.run();
        } catch (WalException e) {
            if (e.reason() == Reason.FENCED) {
                state = WalState.FENCED;
            } else if (e.outcome() == Outcome.UNKNOWN) {
                state = WalState.FAILED;
            } else if (e.reason() == Reason.CLOSED) {
                state = WalState.CLOSED;
            }
            throw e;
        }
    }

    @Override
    public WalPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public WalPosition end() {
        return new WalPosition(segment, length);
    }

    @Override
    public void roll() {
        ensureOpen();
        if (length > 0) {
            nextSegment();
        }
    }

    private void nextSegment() {
        segment++;
        length = 0;
    }

    @Override
    public WalPosition trim(WalPosition before) {
        ensureOpen();
        WalPosition[] start = new WalPosition[1];
        write(() -> start[0] = database.transaction(connection -> {
            tables.own(connection, log, epoch);
            long first = tables.log(connection, log).firstSegment();
            for (WalReader.Segment one : tables.segments(connection, log)) {
                boolean current = one.id() == segment;
                if (current || new WalPosition(one.id(), one.length()).compareTo(before) > 0) {
                    first = one.id();
                    break;
                }
                tables.removeSegment(connection, log, one.id());
                first = one.id() + 1;
            }
            tables.setLog(connection, log, new Tables.Log(epoch, first, true));
            return new WalPosition(first, 0);
        }));
        return start[0];
    }

    @Override
    public void verifyOwnership() {
        ensureOpen();
        write(() -> database.transaction(connection -> {
            tables.own(connection, log, epoch);
            return null;
        }));
    }

    @Override
    public WalState state() {
        return state;
    }

    @Override
    public void close() {
        state = WalState.CLOSED;
    }

    private void ensureOpen() {
        if (state == WalState.CLOSED || database.isClosed()) {
            throw new WalException(Reason.CLOSED, "the writer of log '" + log + "' is closed");
        }
    }
}
