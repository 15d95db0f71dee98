// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The provider {@code jdbc}, found by {@link java.util.ServiceLoader}; programs use {@link Jdbc}. Called by name, it
 * takes lists, arrays and pairs of the statement's parameters, or its only parameter.
 *
 * @since 0.1
 */
public final class JdbcProvider implements SinkProvider {
    static final String NAME = "jdbc";
    static final String PASS_THROUGH = "jdbc.";

    static final ConfigOption<String> URL =
            ConfigOption.text("url", "where the database is, such as jdbc:postgresql://localhost/shop");
    static final ConfigOption<String> USER = ConfigOption.text("user", "whom to connect as");
    static final ConfigOption<String> PASSWORD =
            ConfigOption.text("password", "that user's password").asSecret();
    static final ConfigOption<String> DRIVER = ConfigOption.text(
            "driver", "the driver's class; default: the one on the plugin's class path that takes the url");
    static final ConfigOption<String> SQL = ConfigOption.text(
                    "sql", "the statement that is executed for each element, such as insert into t values (?, ?)")
            .asRequired();
    static final ConfigOption<String> BATCHES_TABLE = new ConfigOption<>(
            "batches.table",
            "name of a table",
            "millrace_batches",
            false,
            false,
            "the table that holds the last batch of each output; made if it is not there",
            TableName::parse);
    static final ConfigOption<Long> ROWS_AT_ONCE = ConfigOption.number(
                    "rows-at-once", 1, 1_000_000, "how many statements are sent to the database together")
            .withDefault("1000");
    static final ConfigOption<Duration> CLAIM_TIMEOUT = ConfigOption.duration(
                    "claim.timeout",
                    Duration.ofMillis(100),
                    "how long a start waits for a process that still holds the output's row, in the middle of a batch")
            .withDefault("30s");

    static final ConfigOption<Duration> NETWORK_TIMEOUT = ConfigOption.duration(
                    "network.timeout",
                    Duration.ofMillis(100),
                    "how long the database may take to answer, and to take a connection, before the connection counts as"
                            + " lost; no less than claim.timeout and a second")
            .withDefault("60s");
    static final ConfigOption<Duration> VALIDATE_AFTER = ConfigOption.duration(
                    "validate.after",
                    Duration.ZERO,
                    "a connection that stood idle for so long is asked whether it still works before it is used")
            .withDefault("5s");

    private final @Nullable DataSource dataSource;
    private final RowBinder<Object> binder;
    private final Consumer<String> steps;

    /** Called by {@link java.util.ServiceLoader}. */
    public JdbcProvider() {
        this(null, new Columns(), step -> {});
    }

    /**
     * A provider of sinks that can be stopped at every step.
     *
     * @param steps told of each step before it is taken
     */
    @SuppressWarnings("unchecked") // the stream's element type was checked where save was called
    JdbcProvider(@Nullable DataSource dataSource, RowBinder<?> binder, Consumer<String> steps) {
        this.dataSource = dataSource;
        this.binder = (RowBinder<Object>) binder;
        this.steps = steps;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return new ConfigSpec(
                List.of(
                        URL,
                        USER,
                        PASSWORD,
                        DRIVER,
                        SQL,
                        BATCHES_TABLE,
                        ROWS_AT_ONCE,
                        CLAIM_TIMEOUT,
                        NETWORK_TIMEOUT,
                        VALIDATE_AFTER),
                List.of(PASS_THROUGH));
    }

    @Override
    public Sink open(PluginContext context) {
        Settings settings = context.settings();
        Duration claimTimeout = settings.get(CLAIM_TIMEOUT);
        return new JdbcSink(
                new TimedConnections(
                        Connections.of(settings, dataSource),
                        longer(settings.get(NETWORK_TIMEOUT), claimTimeout.plusSeconds(1)),
                        context.threads()),
                new Rows(settings.get(SQL), binder, Math.toIntExact(settings.get(ROWS_AT_ONCE)), steps),
                new BatchesTable(settings.get(BATCHES_TABLE), claimTimeout),
                settings.get(VALIDATE_AFTER),
                steps);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }
}
