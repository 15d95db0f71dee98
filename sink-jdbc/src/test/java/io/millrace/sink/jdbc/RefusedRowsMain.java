// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.testkit.sink.CountingProgram;
import io.millrace.testkit.sink.SinkSteps;
import io.millrace.testkit.sink.SteppedSinks;
import java.nio.file.Path;
import java.util.Map;

/** Counts into a table that refuses some numbers, which become dead letters: checkpoint, count, url, table, letters. */
final class RefusedRowsMain {
    private RefusedRowsMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        SinkSteps steps = SinkSteps.ofThisProcess();
        RowBinder<Integer> binder = (number, statement) -> statement.setInt(1, number);
        SinkProvider provider = new SteppedSinks(new JdbcProvider(null, binder, steps), steps);
        CountingProgram.run(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                new SinkTarget<>(
                        JdbcProvider.NAME,
                        Map.of(
                                "url",
                                arguments[2],
                                "sql",
                                NumbersTable.insert(arguments[3]),
                                "batches.table",
                                arguments[3] + "_batches",
                                "rows-at-once",
                                "3"),
                        provider),
                Map.of("records.on-error", "dead-letter", "dead-letters.directory", arguments[4]));
    }
}
