// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.testkit.wal.WalMedium;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What lies under the store: tables, in which others may have rows, and beside which they may have tables. */
final class TablesMedium implements WalMedium {
    private static final List<String> OWN = List.of("millrace_places", "millrace_logs", "millrace_frames");

    private final String url;

    TablesMedium(String url) {
        this.url = url;
    }

    @Override
    public RuntimeException without(String method) {
        return new CannotHappen("a database stores rows whole or not at all, and answers for them");
    }

    @Override
    public void addStrangers(String log) {
        for (String sql : List.of(
                "CREATE TABLE notes (text VARCHAR(100))",
                "INSERT INTO notes VALUES ('buy milk')",
                "INSERT INTO millrace_places VALUES ('/program-2', 7)",
                "INSERT INTO millrace_logs VALUES ('/program-2', '" + log + "', 7, 0, TRUE)",
                "INSERT INTO millrace_frames VALUES ('/program-2', '" + log + "', 7, 0, 1, X'01')")) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new AssertionError(sql, e);
            }
        }
    }

    @Override
    public Map<String, String> contents() {
        Map<String, String> contents = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String table : OWN) {
                addRows(table, statement, contents);
            }
            try (ResultSet there = connection.getMetaData().getTables(null, "PUBLIC", "NOTES", null)) {
                if (there.next()) {
                    addRows("notes", statement, contents);
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return contents;
    }

    /** The rows' values are their names: none of them changes. */
    private static void addRows(String table, Statement statement, Map<String, String> to) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder(table);
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    row.append(' ').append(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
                }
                to.put(row.toString(), "");
            }
        }
    }
}
