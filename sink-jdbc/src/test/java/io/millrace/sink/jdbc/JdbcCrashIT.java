// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.junit.RealPostgres;
import io.millrace.testkit.sink.SinkCrashes;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealPostgres.class)
class JdbcCrashIT extends SinkCrashes {
    private final String url;
    private final NumbersTable table;

    JdbcCrashIT(PostgresServer postgres) throws SQLException {
        url = postgres.url();
        table = NumbersTable.make(url);
    }

    @Override
    protected Class<?> program() {
        return JdbcMain.class;
    }

    @Override
    protected List<String> arguments() {
        return List.of(url, table.name());
    }

    @Override
    protected List<Integer> visible() throws SQLException {
        return table.numbers();
    }

    @Override
    protected boolean fences() {
        return true;
    }
}
