// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaOptions;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.receiver.kafka.common.StartPositions;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider {@code kafka-reliable}, found by {@link java.util.ServiceLoader}; programs use {@link KafkaReliable}.
 *
 * @since 0.1
 */
public final class KafkaReliableProvider implements ReceiverProvider {
    static final String NAME = "kafka-reliable";

    static final ConfigOption<Owner> OWNER = new ConfigOption<>(
            "owner",
            "program",
            "program",
            false,
            false,
            "who says which partitions are read and from where: the program, by its ledger",
            Owner::parse);

    static final ConfigOption<Duration> COMMIT_INTERVAL = ConfigOption.duration(
                    "commit.interval", Duration.ofMillis(1), "how often the offsets of what is durable are committed")
            .withDefault("1s");

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReliableProvider.class);

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaReliableProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return KafkaOptions.with(OWNER, COMMIT_INTERVAL);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public void validate(PluginContext context) {
        KafkaSettings settings = KafkaSettings.of(context);
        try (Cluster cluster = new Cluster(new KafkaClients(settings))) {
            if (cluster.partitions().isEmpty()) {
                LOG.warn("{}: no topic matches 'topics.pattern' yet", settings.owner());
            }
        }
    }

    @Override
    public Map<String, Position> published(PluginContext context) {
        KafkaSettings settings = KafkaSettings.of(context);
        try (Cluster cluster = new Cluster(new KafkaClients(settings))) {
            return new StartPositions(settings, cluster).published(cluster.partitions());
        }
    }

    @Override
    public Receiver create(PluginContext context) {
        return new KafkaReceiver(new KafkaClients(KafkaSettings.of(context)), context);
    }

    /** Who owns the positions. */
    enum Owner {
        /** The program, by its ledger. */
        PROGRAM;

        static Owner parse(String text) {
            return switch (text.trim()) {
                case "program" -> PROGRAM;
                case "group" ->
                    throw new IllegalArgumentException(
                            "partitions shared out by a consumer group are not available yet; leave it at program");
                default -> throw new IllegalArgumentException("give program");
            };
        }
    }
}
