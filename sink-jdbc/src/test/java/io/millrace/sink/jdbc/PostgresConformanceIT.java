// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.junit.RealPostgres;
import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.TransactionalSinkConformance;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealPostgres.class)
class PostgresConformanceIT extends TransactionalSinkConformance {
    private final NumbersTable table;

    PostgresConformanceIT(PostgresServer postgres) throws SQLException {
        table = NumbersTable.make(postgres.url());
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
