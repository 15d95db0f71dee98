// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The logs of one program in a database. */
final class JdbcWalStore implements WalStore {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
    private static final int MOST_ATTEMPTS = 20;
    private static final WalCapabilities CAPABILITIES = new WalCapabilities(
            Durability.NODE,
            Set.of(WalCapability.FENCES_LIVE_WRITER, WalCapability.VISIBLE_BEFORE_SEAL),
            1,
            1_000_000,
            4_000_000,
            Duration.ZERO);

    private final String place;
    private final Database database;
    private final Tables tables;
    private final long segmentBytes;

    JdbcWalStore(String place, Database database, long segmentBytes) {
        this.place = place;
        this.database = database;
        this.tables = new Tables(place);
        this.segmentBytes = segmentBytes;
    }

    @Override
    public WalCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        checked(ledger);
        prepare();
        return database.transaction(connection -> {
            long epoch = tables.lockedEpoch(connection) + 1;
            tables.setEpoch(connection, epoch);
            return epoch;
        });
    }

    /** Makes the tables and the row of the place; another process may do so at the same time. */
    private void prepare() {
        WalException last = null;
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            try {
                database.transaction(connection -> {
                    Tables.create(connection);
                    return null;
                });
                database.transaction(connection -> {
                    tables.addPlace(connection);
                    return null;
                });
                return;
            } catch (WalException e) {
                if (!(e.getCause() instanceof SQLException cause && Database.isDuplicate(cause))) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    @Override
    public WalWriter open(String log, long epoch) {
        checked(log);
        prepare();
        return database.transaction(connection -> {
            tables.own(connection, log, epoch);
            tables.setEpoch(connection, epoch);
            Tables.Log before = tables.log(connection, log);
            long first = before == null ? 0 : before.firstSegment();
            tables.setLog(connection, log, new Tables.Log(epoch, first, true));
            List<WalReader.Segment> segments = tables.segments(connection, log);
            WalPosition start =
                    new WalPosition(segments.isEmpty() ? first : segments.get(0).id(), 0);
            WalPosition end = start;
            if (!segments.isEmpty()) {
                WalReader.Segment last = segments.get(segments.size() - 1);
                end = new WalPosition(last.id(), last.length());
            }
            long next = Math.max(WalPosition.segment(epoch, 0), segments.isEmpty() ? first : end.segment() + 1);
            return new JdbcWalWriter(database, tables, log, epoch, new WalRecovery(start, end, 0), next, segmentBytes);
        });
    }

    @Override
    public WalReader reader(String log) {
        checked(log);
        database.transaction(connection -> null); // says so if the store is closed
        return new JdbcWalReader(database, tables, log);
    }

    @Override
    public List<String> logs() {
        return ifThere(List.of(), tables::logs);
    }

    /** What {@code read} gives, or {@code otherwise} while the tables are not there. */
    private <T> T ifThere(T otherwise, Database.Work<T> read) {
        try {
            return database.transaction(read);
        } catch (WalException e) {
            if (Database.isMissingTable(e)) {
                return otherwise;
            }
            throw e;
        }
    }

    @Override
    public void delete(String log, long epoch) {
        checked(log);
        ifThere(null, connection -> {
            tables.own(connection, log, epoch);
            Tables.Log before = tables.log(connection, log);
            if (before != null) {
                long first = before.firstSegment();
                for (WalReader.Segment segment : tables.segments(connection, log)) {
                    tables.removeSegment(connection, log, segment.id());
                    first = segment.id() + 1;
                }
                tables.setLog(connection, log, new Tables.Log(before.epoch(), first, false));
            }
            return null;
        });
    }

    private static void checked(String log) {
        if (!NAME.matcher(log).matches()) {
            throw new IllegalArgumentException("'" + log + "' is no name of a log: use 1 to 100 of a-z, 0-9 and '-'");
        }
    }

    @Override
    public void close() {
        database.close();
    }

    @Override
    public String toString() {
        return "jdbc:" + place;
    }
}
