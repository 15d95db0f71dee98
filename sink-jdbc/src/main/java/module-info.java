// SPDX-License-Identifier: Apache-2.0
/**
 * Batches into tables of a database, exactly once.
 *
 * @provides io.millrace.spi.sink.SinkProvider {@code jdbc}
 * @uses java.sql.Driver the database's driver, if the program gives none
 */
module io.millrace.sink.jdbc {
    requires transitive io.millrace.api;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.sink.jdbc;

    uses java.sql.Driver;

    provides io.millrace.spi.sink.SinkProvider with
            io.millrace.sink.jdbc.JdbcProvider;
}
