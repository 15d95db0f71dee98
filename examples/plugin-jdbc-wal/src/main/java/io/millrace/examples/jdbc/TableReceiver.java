// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.api.source.Position;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Receives rows as records, on a thread of its own. A row's number is its offset, so that the ledger alone says where to go
 * on, and the table needs no acknowledgement.
 */
final class TableReceiver implements Receiver {
    private static final int ROWS = 500;

    private final PluginContext plugin;
    private final String partition;
    private final String select;
    private final Duration poll;
    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean paused;
    private boolean stopped;
    private Thread thread;

    TableReceiver(PluginContext plugin) {
        Settings settings = plugin.settings();
        this.plugin = plugin;
        this.partition = settings.get(TableReceiverProvider.TABLE);
        this.poll = settings.get(TableReceiverProvider.POLL);
        this.database = new Database(settings);
        String id = settings.get(TableReceiverProvider.ID);
        this.select = "SELECT " + id + ", " + settings.get(TableReceiverProvider.VALUE) + " FROM " + partition
                + " WHERE " + id + " >= ? ORDER BY " + id;
    }

    @Override
    public void start(ReceiverContext context) throws InterruptedException {
        context.begin(Map.of(partition, Position.of(0)));
        thread = plugin.threads().newThread(() -> receive(context));
        thread.start();
    }

    private void receive(ReceiverContext context) {
        try {
            RecordAppender appender = context.appender();
            appender.onReady(this::wakeUp);
            int number = appender.partition(partition);
            Position from = context.positions().get(partition);
            long next = from == null ? 0 : from.number();
            boolean idle = false;
            while (!isStopped()) {
                List<Row> rows = rows(next);
                if (rows.isEmpty() != idle) {
                    boolean now = rows.isEmpty();
                    unlessStopped(() -> context.idle(partition, now));
                    idle = now;
                }
                for (Row row : rows) {
                    if (!append(appender, number, row)) {
                        return;
                    }
                    next = row.id() + 1;
                }
                if (rows.isEmpty()) {
                    sleep();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            unlessStopped(() -> context.restart("table '" + partition + "' cannot be read", e));
        }
    }

    /** Once {@code stop} has returned, the engine must not be called. */
    private void unlessStopped(Runnable telling) {
        lock.lock();
        try {
            if (!stopped) {
                telling.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A row of the table. */
    private record Row(long id, String value) {}

    private List<Row> rows(long next) {
        return database.transaction(connection -> {
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setMaxRows(ROWS);
                statement.setLong(1, next);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        rows.add(new Row(found.getLong(1), found.getString(2)));
                    }
                }
            }
            return rows;
        });
    }

    /** Appends a row as soon as it is taken; false if the receiver was stopped first. */
    private boolean append(RecordAppender appender, int number, Row row) throws InterruptedException {
        ByteBuffer value = StandardCharsets.UTF_8.encode(row.value());
        lock.lock();
        try {
            while (!stopped) {
                if (!paused && appender.append(number, row.id(), row.id() + 1, -1, null, value, List.of())) {
                    return true;
                }
                changed.await(poll.toNanos(), TimeUnit.NANOSECONDS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void sleep() throws InterruptedException {
        lock.lock();
        try {
            if (!stopped) {
                changed.await(poll.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private void wakeUp() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void pause() {
        set(() -> paused = true);
    }

    @Override
    public void resume() {
        set(() -> paused = false);
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void durable(DurableMark mark) {
        // the table keeps its rows: nothing has to be acknowledged
    }

    @Override
    public void stop(Duration deadline) {
        set(() -> stopped = true);
        try {
            if (thread != null) {
                thread.join(Math.max(1, deadline.toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            database.close();
        }
    }
}
