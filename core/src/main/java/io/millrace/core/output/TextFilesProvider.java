// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import java.util.function.Consumer;

/** The sink {@code text-files}, found by {@link java.util.ServiceLoader}. */
public final class TextFilesProvider implements SinkProvider {
    public static final String NAME = "text-files";

    static final ConfigOption<String> PREFIX = ConfigOption.text(
                    "prefix",
                    "path and beginning of each directory's name; the batch time in ms follows after a hyphen")
            .asRequired();
    static final ConfigOption<String> SUFFIX = ConfigOption.text(
                    "suffix", "the end of each directory's name after a dot; may be empty")
            .withDefault("");

    private final Consumer<String> steps;

    /** Called by {@link java.util.ServiceLoader}. */
    public TextFilesProvider() {
        this(step -> {});
    }

    /**
     * A provider of sinks that can be stopped at every step.
     *
     * @param steps told of each step on the disk before it is taken
     */
    TextFilesProvider(Consumer<String> steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(PREFIX, SUFFIX);
    }

    @Override
    public Sink open(PluginContext context) {
        return new TextFilesSink(
                context.settings().get(PREFIX), context.settings().get(SUFFIX), steps);
    }
}
