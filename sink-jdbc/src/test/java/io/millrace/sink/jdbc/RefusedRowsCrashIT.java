// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.junit.RealPostgres;
import io.millrace.testkit.sink.SinkCrashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each number is in the table or in a letter, once: whatever dies, and whenever. */
@ExtendWith(RealPostgres.class)
class RefusedRowsCrashIT extends SinkCrashes {
    @TempDir
    private Path letters;

    private final String url;
    private final NumbersTable table;

    RefusedRowsCrashIT(PostgresServer postgres) throws SQLException {
        url = postgres.url();
        table = NumbersTable.make(url);
        table.execute("alter table " + table.name() + " add check (n % 7 <> 3)");
    }

    @Override
    protected Class<?> program() {
        return RefusedRowsMain.class;
    }

    @Override
    protected List<String> arguments() {
        return List.of(url, table.name(), letters.toString());
    }

    @Override
    protected List<Integer> visible() throws SQLException, IOException {
        List<Integer> numbers = new ArrayList<>(table.numbers());
        try (Stream<Path> files = Files.walk(letters)) {
            for (Path file : files.filter(path -> path.toString().endsWith(DeadLetterFile.SUFFIX))
                    .toList()) {
                for (DeadLetter letter : DeadLetterFile.read(file)) {
                    numbers.add(Integer.valueOf(letter.element()));
                }
            }
        }
        return numbers;
    }

    @Override
    protected boolean fences() {
        return true;
    }
}
