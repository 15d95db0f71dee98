// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads a log. Every call is a transaction of its own, which sees what was committed before. */
final class JdbcWalReader implements WalReader {
    private final Database database;
    private final Tables tables;
    private final String log;
    private volatile boolean closed;

    JdbcWalReader(Database database, Tables tables, String log) {
        this.database = database;
        this.tables = tables;
        this.log = log;
    }

    @Override
    public List<Segment> segments() {
        ensureOpen();
        try {
            return database.transaction(connection -> tables.segments(connection, log));
        } catch (WalException e) {
            if (Database.isMissingTable(e)) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        ensureOpen();
        int before = into.remaining();
        try {
            database.transaction(connection -> {
                long at = offset;
                while (into.hasRemaining()) {
                    Tables.Frame frame = tables.frame(connection, log, segment, at);
                    if (frame == null) {
                        break;
                    }
                    int from = (int) (at - frame.start());
                    int count = Math.min(into.remaining(), frame.bytes().length - from);
                    into.put(frame.bytes(), from, count);
                    at += count;
                }
                if (at == offset && tables.frame(connection, log, segment, 0) == null) {
                    throw missing(tables.log(connection, log), segment);
                }
                return null;
            });
        } catch (WalException e) {
            throw Database.isMissingTable(e) ? missing(null, segment) : e;
        }
        return before - into.remaining();
    }

    private WalException missing(Tables.Log row, long segment) {
        WalPosition at = new WalPosition(segment, 0);
        return row != null && segment < row.firstSegment()
                ? new WalException(Reason.TRIMMED, "segment " + at + " of log '" + log + "' was freed")
                : new WalException(Reason.CORRUPT, "log '" + log + "' has no segment " + at);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void ensureOpen() {
        if (closed || database.isClosed()) {
            throw new WalException(Reason.CLOSED, "the reader of log '" + log + "' is closed");
        }
    }
}
