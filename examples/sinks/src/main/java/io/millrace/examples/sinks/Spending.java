// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.sinks;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.sink.SinkTarget;
import io.millrace.inputs.SocketInput;
import io.millrace.sink.jdbc.Jdbc;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Writes what customers spend to a table of a database, and keeps the orders in files. Reads lines such as {@code anna 12}
 * from a socket. Kill it as often as you like: every order that it took is in the table and in the files once.
 *
 * <p>Arguments: host, port, address of the database, path of the files. The table: {@code create table spent (customer
 * varchar(100) not null, cents bigint not null)}.
 */
public final class Spending {
    private Spending() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (StreamingContext ssc = StreamingContext.builder("spending")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(Path.of("spending-checkpoint"))
                .build()) {
            save(
                    ssc.receive(SocketInput.connect(arguments[0], Integer.parseInt(arguments[1]))
                            .lines()),
                    arguments[2],
                    arguments[3]);
            ssc.start();
            ssc.awaitTermination();
        }
    }

    /** Declares the outputs. */
    static void save(DStream<String> lines, String database, String files) {
        lines.save("orders", SinkTarget.textFiles(files));
        PairDStream<String, Long> spent = lines.map(line -> line.split(" "))
                .filter(words -> words.length == 2)
                .mapToPair(words -> Pair.of(words[0], Long.valueOf(words[1])));
        spent.reduceByKey(Long::sum)
                .save(
                        "spent",
                        Jdbc.into(database)
                                .sql("insert into spent (customer, cents) values (?, ?)")
                                .bind((row, statement) -> {
                                    statement.setString(1, row.key());
                                    statement.setLong(2, row.value());
                                }));
    }
}
