// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.SinkContext;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A table of numbers of one test, with a table of batches of its own. */
final class NumbersTable {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String url;
    private final String name;

    private NumbersTable(String url, String name) {
        this.url = url;
        this.name = name;
    }

    static NumbersTable make(String url) throws SQLException {
        NumbersTable table = new NumbersTable(url, "numbers_" + TABLES.incrementAndGet());
        table.execute("create table " + table.name + " (n integer not null)");
        return table;
    }

    String name() {
        return name;
    }

    Map<String, String> settings() {
        return Map.of("url", url, "sql", insert(name), "batches.table", name + "_batches", "rows-at-once", "1000");
    }

    static String insert(String table) {
        return "insert into " + table + " (n) values (?)";
    }

    Sink.Transactional open(String output) {
        JdbcProvider provider = new JdbcProvider();
        return (Sink.Transactional) provider.open(SinkContext.of(provider, output, settings()));
    }

    List<Integer> numbers() throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select n from " + name)) {
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
        }
        return numbers;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
