// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.testkit.bench.ReceiverBench;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The same for {@code millrace tck}: it tries the packaged receiver on a database that the user names. */
public final class TableBench implements ReceiverBench {
    /** Called by {@link java.util.ServiceLoader}. */
    public TableBench() {}

    @Override
    public String provider() {
        return "jdbc-table";
    }

    @Override
    public FedSource open(Map<String, String> given) throws SQLException {
        String url = given.get("url");
        if (url == null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "'jdbc-table' needs a database to be tried on: give --set url=jdbc:…; tables called rows_… are made"
                            + " there, and dropped");
        }
        return new Rows(DriverManager.getConnection(url), new TestTable(url));
    }

    /** @param keeper keeps a database open that lives in a process, for whoever comes and goes meanwhile */
    private record Rows(Connection keeper, TestTable table) implements FedSource {
        @Override
        public Map<String, String> settings() {
            return table.settings();
        }

        @Override
        public void send(List<String> values) throws SQLException {
            table.insert(values);
        }

        @Override
        public boolean isTold() {
            return false;
        }

        @Override
        public boolean tellsIdle() {
            return true;
        }

        @Override
        public void close() throws SQLException {
            table.drop();
            keeper.close();
        }
    }
}
