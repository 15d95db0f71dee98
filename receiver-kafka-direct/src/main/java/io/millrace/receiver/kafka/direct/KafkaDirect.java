// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.function.MapFunction;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Source;
import io.millrace.receiver.kafka.common.Decoding;
import io.millrace.receiver.kafka.common.KafkaOptions;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Describes Kafka topics as a direct stream: each batch is a set of offset ranges, fixed in the ledger when the batch is
 * planned, and read by the tasks. The records are not logged again.
 *
 * <pre>{@code
 * ssc.receive(KafkaDirect.topics("lines").bootstrapServers("localhost:9092").values(StringDeserializer::new))
 * }</pre>
 *
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class KafkaDirect {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private KafkaDirect() {}

    /** Reads these topics, which must exist. */
    public static KafkaDirect topics(String... topics) {
        return new KafkaDirect().set(KafkaOptions.TOPICS.key(), String.join(",", topics));
    }

    /** Reads the topics whose whole name matches {@code regex}, those made later too. */
    public static KafkaDirect topicsMatching(String regex) {
        return new KafkaDirect().set(KafkaOptions.TOPICS_PATTERN.key(), regex);
    }

    /** Names brokers to make the first connection to: {@code host:port}, several separated by commas. */
    public KafkaDirect bootstrapServers(String servers) {
        return set(KafkaOptions.BOOTSTRAP_SERVERS.key(), servers);
    }

    /** Publishes progress under this consumer group; the default is {@code <program>.<stream>}. */
    public KafkaDirect groupId(String groupId) {
        return set(KafkaOptions.GROUP_ID.key(), groupId);
    }

    /** The first start of the program begins with the first records that there are. */
    public KafkaDirect startEarliest() {
        return set(KafkaOptions.START.key(), "earliest");
    }

    /** The first start of the program begins with what comes after it: the default. */
    public KafkaDirect startLatest() {
        return set(KafkaOptions.START.key(), "latest");
    }

    /**
     * The first start of the program goes on where the consumer group has got to, and begins with what comes after it in
     * partitions that the group has not read. What the program itself has committed counts only without a durable
     * checkpoint; with one it shows that the checkpoint was lost, and is refused.
     *
     * @since 0.1
     */
    public KafkaDirect startGroup() {
        return set(KafkaOptions.START.key(), "group");
    }

    /** The first start of the program begins with the first records of this time or later. */
    public KafkaDirect startAt(Instant time) {
        return set(KafkaOptions.START.key(), time.toString());
    }

    /** Sets any setting of {@code kafka-direct} by its key; Kafka's own below {@code kafka.}. */
    public KafkaDirect set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /**
     * The source, whose records are what {@code deserializers} makes of their values; each task has one of its own. A
     * record without a value becomes what the deserializer makes of null.
     */
    public <T> Source<T> values(DeserializerSupplier<T> deserializers) {
        return new Source<>(null, KafkaDirectProvider.NAME, settings, Decoding.values(deserializers));
    }

    /** The source, whose records are decoded by {@code decoder}, which all tasks share. */
    public <T> Source<T> records(MapFunction<RecordView, T> decoder) {
        return new Source<>(null, KafkaDirectProvider.NAME, settings, () -> decoder);
    }

    /** Makes Kafka deserializers; serializable for schedulers that send functions to other machines. */
    @FunctionalInterface
    public interface DeserializerSupplier<T> extends Supplier<Deserializer<T>>, Serializable {}
}
