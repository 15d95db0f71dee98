// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static java.util.Objects.requireNonNull;

import io.millrace.api.sink.SinkTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Describes a table of a database as the target of a stream: each batch is one transaction, which holds the rows and the
 * batch's time, so that a batch is in the table once however often its process dies.
 *
 * <pre>{@code
 * counts.save("counts", Jdbc.into("jdbc:postgresql://localhost/shop?user=shop")
 *         .sql("insert into counts (word, n) values (?, ?) on conflict (word) do update set n = excluded.n")
 *         .bind((row, statement) -> {
 *             statement.setString(1, row.key());
 *             statement.setLong(2, row.value());
 *         }));
 * }</pre>
 *
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class Jdbc {
    private final @Nullable DataSource dataSource;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Jdbc(@Nullable DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Connects by an address such as {@code jdbc:postgresql://localhost/shop}, with whichever driver takes it. */
    public static Jdbc into(String url) {
        return new Jdbc(null).set(JdbcProvider.URL.key(), url);
    }

    /** Takes connections from the program's own source; one is kept as long as the program runs. */
    public static Jdbc into(DataSource dataSource) {
        return new Jdbc(requireNonNull(dataSource, "dataSource is null"));
    }

    /** Whom to connect as. */
    public Jdbc user(String user, String password) {
        return set(JdbcProvider.USER.key(), user).set(JdbcProvider.PASSWORD.key(), password);
    }

    /** The statement that is executed for each element. */
    public Jdbc sql(String sql) {
        return set(JdbcProvider.SQL.key(), sql);
    }

    /** The table that holds the last batch of each output; {@code millrace_batches} unless said. */
    public Jdbc batchesTable(String table) {
        return set(JdbcProvider.BATCHES_TABLE.key(), table);
    }

    /** Sets any setting of {@code jdbc} by its key; the driver's own below {@code jdbc.}. */
    public Jdbc set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The target, whose statement's parameters are set by {@code binder}. */
    public <T> SinkTarget<T> bind(RowBinder<? super T> binder) {
        return new SinkTarget<>(JdbcProvider.NAME, settings, new JdbcProvider(dataSource, binder, step -> {}));
    }

    /** The target, whose elements are lists, arrays or pairs of the statement's parameters, or its only parameter. */
    public <T> SinkTarget<T> columns() {
        return bind(new Columns());
    }
}
