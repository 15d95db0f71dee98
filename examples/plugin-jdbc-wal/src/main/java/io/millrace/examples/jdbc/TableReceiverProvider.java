// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.jdbc;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import java.time.Duration;

/** The receiver {@code jdbc-table}: the rows of a table, in the order of a number that grows. */
public final class TableReceiverProvider implements ReceiverProvider {
    static final ConfigOption<String> TABLE = name("table", "The table.").asRequired();
    static final ConfigOption<String> ID = name("column.id", "The column with a number that grows from row to row.")
            .withDefault("id");
    static final ConfigOption<String> VALUE =
            name("column.value", "The column with the record's value, a text.").withDefault("payload");
    static final ConfigOption<Duration> POLL = ConfigOption.duration(
                    "poll.interval", Duration.ofMillis(1), "How often to look for rows when there were none.")
            .withDefault("100ms");

    /** Called by {@link java.util.ServiceLoader}. */
    public TableReceiverProvider() {}

    /** Names become part of statements, so they are nothing but names. */
    private static ConfigOption<String> name(String key, String description) {
        return new ConfigOption<>(key, "name", null, false, false, description, text -> {
            if (!text.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
                throw new IllegalArgumentException("give a name of letters, digits, '_' and '.'");
            }
            return text;
        });
    }

    @Override
    public String name() {
        return "jdbc-table";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(Database.URL, Database.USER, Database.PASSWORD, TABLE, ID, VALUE, POLL);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Receiver create(PluginContext context) {
        return new TableReceiver(context);
    }
}
