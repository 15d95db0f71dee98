// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;

/** Provides the records of one object of the program. */
record ListProvider(String name, ListSource.Records records) implements DirectSourceProvider {
    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new ListSource(records);
    }
}
