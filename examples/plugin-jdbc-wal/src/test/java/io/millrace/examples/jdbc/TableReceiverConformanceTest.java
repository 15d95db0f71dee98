// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.ReliableReceiverConformance;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

class TableReceiverConformanceTest extends ReliableReceiverConformance {
    private final TestTable table;

    TableReceiverConformanceTest() throws SQLException {
        table = new TestTable("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Override
    protected ReceiverProvider provider() {
        return new TableReceiverProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return table.settings();
    }

    @Override
    protected void send(List<String> values) throws SQLException {
        table.insert(values);
    }

    @Override
    protected boolean isTold() {
        return false; // the table keeps its rows, whoever has read them
    }

    @Override
    protected boolean tellsIdle() {
        return true;
    }
}
