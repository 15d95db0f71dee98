// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaOptions;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The provider {@code kafka}, found by {@link java.util.ServiceLoader}; programs use {@link KafkaSink}. Called by name,
 * it takes text and byte arrays as values, and pairs of these as keys and values.
 *
 * @since 0.1
 */
public final class KafkaSinkProvider implements SinkProvider {
    static final String NAME = "kafka";

    static final ConfigOption<String> TOPIC =
            ConfigOption.text("topic", "the topic to write to").asRequired();
    static final ConfigOption<String> TRANSACTIONAL_ID = ConfigOption.text(
            "transactional.id",
            "the producer's id and the group that holds the last batch; the same at every start, and nobody else's;"
                    + " default: millrace.<program>.<output>");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BYTES = "elements become bytes where the target is described, such as by values(...)";
    private static final String TRANSACTIONS = "every batch is a transaction of an idempotent producer";
    private static final Map<String, String> OWNED = Map.ofEntries(
            Map.entry("bootstrap.servers", "set 'bootstrap.servers' without the prefix"),
            Map.entry("transactional.id", "set 'transactional.id' without the prefix"),
            Map.entry("group.id", "it is the transactional id"),
            Map.entry("key.serializer", BYTES),
            Map.entry("value.serializer", BYTES),
            Map.entry("acks", TRANSACTIONS),
            Map.entry("enable.idempotence", TRANSACTIONS));

    private final RecordMaker<Object> maker;
    private final Consumer<String> steps;

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaSinkProvider() {
        this(new SharedTypes(), step -> {});
    }

    /**
     * A provider of sinks that can be stopped at every step.
     *
     * @param steps told of each step before it is taken
     */
    @SuppressWarnings("unchecked") // the stream's element type was checked where save was called
    KafkaSinkProvider(RecordMaker<?> maker, Consumer<String> steps) {
        this.maker = (RecordMaker<Object>) maker;
        this.steps = steps;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return new ConfigSpec(
                List.of(KafkaOptions.BOOTSTRAP_SERVERS, TOPIC, TRANSACTIONAL_ID), List.of(KafkaOptions.PASS_THROUGH));
    }

    @Override
    public Sink open(PluginContext context) {
        String owner = context.settings().owner();
        Map<String, String> passThrough = context.settings().below(KafkaOptions.PASS_THROUGH);
        for (String key : new TreeMap<>(passThrough).keySet()) {
            String reason = OWNED.get(key);
            if (reason != null) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        owner + ": setting '" + KafkaOptions.PASS_THROUGH + key + "' is not yours to set: " + reason);
            }
        }
        String instance = context.program() + "." + context.name();
        String id = context.settings().find(TRANSACTIONAL_ID).orElse("millrace." + instance);
        String topic = context.settings().get(TOPIC);
        KafkaSettings settings = KafkaSettings.ofTopic(
                owner, instance, context.settings().get(KafkaOptions.BOOTSTRAP_SERVERS), topic, id, passThrough);
        Records records = new Records(topic, maker, patience(owner, passThrough), context.clock(), steps);
        return TransactionalTopic.open(new KafkaClients(settings), topic, id, records, steps);
    }

    /** How long records may be on their way: the producer gives up before, and says why. */
    private static Duration patience(String owner, Map<String, String> passThrough) {
        String delivery = passThrough.getOrDefault(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "120000");
        try {
            return Duration.ofMillis(Long.parseLong(delivery.trim())).plus(PATIENCE);
        } catch (NumberFormatException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    owner + ": setting '" + KafkaOptions.PASS_THROUGH + ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG
                            + "' = '" + delivery + "' is not usable: give a number of milliseconds",
                    e);
        }
    }
}
