// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaOptions;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.time.Duration;

/**
 * The provider {@code kafka-direct}, found by {@link java.util.ServiceLoader}; programs use {@link KafkaDirect}.
 *
 * @since 0.1
 */
public final class KafkaDirectProvider implements DirectSourceProvider {
    static final String NAME = "kafka-direct";

    static final ConfigOption<Duration> METADATA_REFRESH = ConfigOption.duration(
                    "metadata.refresh",
                    Duration.ofMillis(1),
                    "how old the known ends of the partitions may be; with short batches they are asked for more often")
            .withDefault("50ms");

    static final ConfigOption<Duration> FETCH_TIMEOUT = ConfigOption.duration(
                    "fetch.timeout",
                    Duration.ofMillis(100),
                    "how long a task waits for records that the broker has announced before it fails")
            .withDefault("30s");

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaDirectProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return KafkaOptions.with(METADATA_REFRESH, FETCH_TIMEOUT);
    }

    @Override
    public DirectSource open(PluginContext context) {
        KafkaClients clients = new KafkaClients(KafkaSettings.of(context));
        return KafkaDirectSource.open(
                clients,
                context.settings().get(KafkaOptions.ON_DATA_LOSS),
                context.settings().get(METADATA_REFRESH),
                context.settings().get(FETCH_TIMEOUT),
                context.threads());
    }
}
