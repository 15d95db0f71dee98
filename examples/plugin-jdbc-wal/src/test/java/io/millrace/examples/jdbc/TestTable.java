// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A table of one test, in the database of a URL. */
final class TestTable {
    private final String url;
    private final String name = "rows_" + UUID.randomUUID().toString().replace('-', '_');

    TestTable(String url) throws SQLException {
        this.url = url;
        execute("CREATE TABLE " + name
                + " (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload VARCHAR(100000))");
    }

    Map<String, String> settings() {
        return Map.of("url", url, "table", name, "poll.interval", "2ms");
    }

    void insert(List<String> values) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + name + " (payload) VALUES (?)")) {
            connection.setAutoCommit(false);
            for (String value : values) {
                insert.setString(1, value);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    void drop() throws SQLException {
        execute("DROP TABLE " + name);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
