// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.TransactionalSinkConformance;
import java.sql.SQLException;
import java.util.List;

class H2ConformanceTest extends TransactionalSinkConformance {
    private final NumbersTable table;

    H2ConformanceTest() throws SQLException {
        table = NumbersTable.make("jdbc:h2:mem:conformance;DB_CLOSE_DELAY=-1");
    }

    @Override
    protected Sink.Transactional open(String output) {
        return table.open(output);
    }

    @Override
    protected Object element(int number) {
        return number;
    }

    @Override
    protected List<Integer> visible() throws SQLException {
        return table.numbers();
    }
}
