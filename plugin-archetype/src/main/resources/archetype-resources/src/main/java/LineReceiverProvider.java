// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import java.time.Duration;

/** Provides the receiver {@code ${provider}}. */
public final class LineReceiverProvider implements ReceiverProvider {
    static final ConfigOption<String> FILE =
            ConfigOption.text("file", "The file whose lines are received.").asRequired();
    static final ConfigOption<Duration> POLL = ConfigOption.duration(
                    "poll.interval", Duration.ofMillis(1), "How often to look for lines when there were none.")
            .withDefault("100ms");

    /** Called by {@link java.util.ServiceLoader}. */
    public LineReceiverProvider() {}

    @Override
    public String name() {
        return "${provider}";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(FILE, POLL);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Receiver create(PluginContext context) {
        return new LineReceiver(context);
    }
}
