// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpendingTest {
    @TempDir
    Path directory;

    @Test
    void everyOrderIsInTheTableAndInTheFilesOnceThroughKillsAndRestarts() throws Exception {
        for (RestartMode mode : RestartMode.values()) {
            String database = "jdbc:h2:mem:" + mode + ";DB_CLOSE_DELAY=-1";
            Path files = directory.resolve(mode.toString());
            try (Connection connection = DriverManager.getConnection(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("create table spent (customer varchar(100) not null, cents bigint not null)");
                StreamHarness.of(in -> {
                            var lines = in.input("lines", Codecs.STRING);
                            Spending.save(
                                    lines, database, files.resolve("orders").toString());
                            in.collect("lines", lines);
                        })
                        .batches("lines", List.of("anna 3", "bert 4", "anna 5"), List.of(), List.of("anna 1"))
                        .modes(mode)
                        .run();
                List<String> rows = new ArrayList<>();
                try (ResultSet found = statement.executeQuery("select customer, cents from spent")) {
                    while (found.next()) {
                        rows.add(found.getString(1) + " " + found.getLong(2));
                    }
                }
                assertThat(rows).as("%s", mode).containsExactlyInAnyOrder("anna 8", "bert 4", "anna 1");
            }
            assertThat(lines(files)).as("%s", mode).containsExactlyInAnyOrder("anna 3", "bert 4", "anna 5", "anna 1");
        }
    }

    private static List<String> lines(Path files) throws Exception {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.walk(files)) {
            for (Path part : all.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }
}
