// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.OnRecordError;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import java.util.HashMap;
import java.util.Map;

/** Outputs: a table that gets each batch once, however often its output is called. */
public final class Ledgers {
    private Ledgers() {}

    /** What a database table is here; its two fields would be written in one transaction. */
    public static final class Table {
        private final Map<String, Long> rows = new HashMap<>();
        private long lastBatch = Long.MIN_VALUE;

        /** Adds a batch, unless it has it. */
        public synchronized void add(Batch<Pair<String, Long>> batch) throws Exception {
            long time = batch.id().batchTime().toEpochMilli();
            if (time > lastBatch) { // else it was written before a crash, and is written again
                batch.forEach(row -> rows.merge(row.key(), row.value(), Long::sum));
                lastBatch = time;
            }
        }

        /** What it holds. */
        public synchronized Map<String, Long> rows() {
            return Map.copyOf(rows);
        }
    }

    /** Adds what each customer spent to a table, and writes the orders to files, a directory for each batch. */
    public static void book(PairDStream<String, Long> orders, Table table, String files) {
        orders.reduceByKey(Long::sum).foreachBatch("spent", table::add);
        orders.saveAsTextFiles(files, "txt");
        orders.count().print();
    }

    /** Adds what each line says to a table; a line that says nothing useful is kept to be looked at. */
    public static void add(DStream<String> lines, Table table) {
        lines.mapToPair(Ledgers::parse)
                .reduceByKey(Long::sum)
                .foreachBatch("spent", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), table::add);
    }

    private static Pair<String, Long> parse(String line) {
        String[] words = line.split(" ");
        return Pair.of(words[0], Long.parseLong(words[1]));
    }
}
