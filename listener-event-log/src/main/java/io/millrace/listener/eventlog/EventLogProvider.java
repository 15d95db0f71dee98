// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the listener {@code event-log}. It writes nothing until it is told where: a drop-in that is merely there leaves
 * no files behind.
 *
 * @since 0.1
 */
public final class EventLogProvider implements ListenerProvider {
    private static final Logger LOG = LoggerFactory.getLogger(EventLogProvider.class);
    private static final String PROGRAM = "{program}";

    static final ConfigOption<String> PATH = ConfigOption.text(
            "path", "the file to append to; {program} stands for the program's id; nothing is written without it");
    static final ConfigOption<Long> MAX_SIZE = ConfigOption.size(
                    "max-size", 1024, 1L << 40, "how large the file grows before it is renamed and a new one begun")
            .withDefault("64MiB");
    static final ConfigOption<Long> KEEP = ConfigOption.number(
                    "keep", 0, 10_000, "how many renamed files are kept: <path>.1, the newest, to <path>.<keep>")
            .withDefault("5");

    /** Called by {@link java.util.ServiceLoader}. */
    public EventLogProvider() {}

    @Override
    public String name() {
        return "event-log";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(PATH, MAX_SIZE, KEEP);
    }

    @Override
    public StreamingListener create(PluginContext context) {
        Optional<String> path = context.settings().find(PATH);
        if (path.isEmpty()) {
            LOG.debug("The event log is there and writes nothing: set listener.event-log.path");
            return new StreamingListener() {};
        }
        return EventLog.open(
                context.program(),
                Path.of(path.get().replace(PROGRAM, context.program())),
                context.settings().get(MAX_SIZE),
                Math.toIntExact(context.settings().get(KEEP)));
    }
}
