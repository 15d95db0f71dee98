// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;

/**
 * Provides the direct source {@code rate}. The value of a record is the row's number in the format of
 * {@link io.millrace.api.codec.Codecs#LONG}.
 *
 * @since 0.1
 */
public final class RateProvider implements DirectSourceProvider {
    static final String NAME = "rate";
    static final ConfigOption<Long> ROWS = ConfigOption.number(
                    "rows-per-second", 1, 1_000_000_000, "how many rows are made, over all partitions")
            .asRequired();
    static final ConfigOption<Long> PARTITIONS = ConfigOption.number(
                    "partitions", 1, 1_024, "among how many partitions they are divided")
            .withDefault("1");

    /** Called by {@link java.util.ServiceLoader}. */
    public RateProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(ROWS, PARTITIONS);
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new RateSource(
                context.clock(),
                context.settings().get(ROWS),
                Math.toIntExact(context.settings().get(PARTITIONS)));
    }
}
