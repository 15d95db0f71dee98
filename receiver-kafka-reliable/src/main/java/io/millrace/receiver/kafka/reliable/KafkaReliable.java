// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

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
 * Describes Kafka topics as a reliable stream: a receiver reads them all the time, its records become durable in the
 * program's log, and only then is their offset committed to Kafka. Where to go on after a restart is the ledger's word;
 * nothing is lost and nothing is counted twice.
 *
 * <pre>{@code
 * ssc.receive(KafkaReliable.topics("lines").bootstrapServers("localhost:9092").values(StringDeserializer::new))
 * }</pre>
 *
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class KafkaReliable {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private KafkaReliable() {}

    /** Reads these topics, which must exist. */
    public static KafkaReliable topics(String... topics) {
        return new KafkaReliable().set(KafkaOptions.TOPICS.key(), String.join(",", topics));
    }

    /** Reads the topics whose whole name matches {@code regex}, those made later too. */
    public static KafkaReliable topicsMatching(String regex) {
        return new KafkaReliable().set(KafkaOptions.TOPICS_PATTERN.key(), regex);
    }

    /** Names brokers to make the first connection to: {@code host:port}, several separated by commas. */
    public KafkaReliable bootstrapServers(String servers) {
        return set(KafkaOptions.BOOTSTRAP_SERVERS.key(), servers);
    }

    /** Publishes progress under this consumer group; the default is {@code <program>.<stream>}. */
    public KafkaReliable groupId(String groupId) {
        return set(KafkaOptions.GROUP_ID.key(), groupId);
    }

    /** The first start of the program begins with the first records that there are. */
    public KafkaReliable startEarliest() {
        return set(KafkaOptions.START.key(), "earliest");
    }

    /** The first start of the program begins with what comes after it: the default. */
    public KafkaReliable startLatest() {
        return set(KafkaOptions.START.key(), "latest");
    }

    /**
     * The first start of the program goes on where the consumer group has got to, and begins with what comes after it in
     * partitions that the group has not read. What the program itself has committed counts only without a durable
     * checkpoint; with one it shows that the checkpoint was lost, and is refused.
     *
     * @since 0.1
     */
    public KafkaReliable startGroup() {
        return set(KafkaOptions.START.key(), "group");
    }

    /** The first start of the program begins with the first records of this time or later. */
    public KafkaReliable startAt(Instant time) {
        return set(KafkaOptions.START.key(), time.toString());
    }

    /** Sets any setting of {@code kafka-reliable} by its key; Kafka's own below {@code kafka.}. */
    public KafkaReliable set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /**
     * The source, whose records are what {@code deserializers} makes of their values; each task has one of its own. A
     * record without a value becomes what the deserializer makes of null.
     */
    public <T> Source<T> values(DeserializerSupplier<T> deserializers) {
        return new Source<>(null, KafkaReliableProvider.NAME, settings, Decoding.values(deserializers));
    }

    /** The source, whose records are decoded by {@code decoder}, which all tasks share. */
    public <T> Source<T> records(MapFunction<RecordView, T> decoder) {
        return new Source<>(null, KafkaReliableProvider.NAME, settings, () -> decoder);
    }

    /** Makes Kafka deserializers; serializable for schedulers that send functions to other machines. */
    @FunctionalInterface
    public interface DeserializerSupplier<T> extends Supplier<Deserializer<T>>, Serializable {}
}
