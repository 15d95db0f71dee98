// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.Pair;
import io.millrace.api.sink.SinkTarget;
import io.millrace.receiver.kafka.common.KafkaOptions;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Describes a topic of Kafka as the target of a stream: each batch is one transaction, which holds the records and the
 * batch's time, so that readers with {@code isolation.level = read_committed} see each batch whole and once.
 *
 * <pre>{@code
 * words.save("words", KafkaSink.topic("words").bootstrapServers("localhost:9092").values(StringSerializer::new));
 * }</pre>
 *
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class KafkaSink {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private KafkaSink() {}

    /** Writes to this topic, which must exist. */
    public static KafkaSink topic(String topic) {
        return new KafkaSink().set(KafkaSinkProvider.TOPIC.key(), topic);
    }

    /** Names brokers to make the first connection to: {@code host:port}, several separated by commas. */
    public KafkaSink bootstrapServers(String servers) {
        return set(KafkaOptions.BOOTSTRAP_SERVERS.key(), servers);
    }

    /** Sets any setting of {@code kafka} by its key; the producer's own below {@code kafka.}. */
    public KafkaSink set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The target, whose elements are the records' values. */
    public <T> SinkTarget<T> values(SerializerSupplier<T> serializers) {
        Serializer<T> serializer = serializers.get();
        return records((topic, element) -> new ProducerRecord<>(topic, serializer.serialize(topic, element)));
    }

    /** The target, whose elements are the records' keys and values. */
    public <K, V> SinkTarget<Pair<K, V>> pairs(SerializerSupplier<K> keys, SerializerSupplier<V> values) {
        Serializer<K> key = keys.get();
        Serializer<V> value = values.get();
        return records((topic, pair) ->
                new ProducerRecord<>(topic, key.serialize(topic, pair.key()), value.serialize(topic, pair.value())));
    }

    /** The target, whose records are made by {@code maker}. */
    public <T> SinkTarget<T> records(RecordMaker<? super T> maker) {
        return new SinkTarget<>(KafkaSinkProvider.NAME, settings, new KafkaSinkProvider(maker, step -> {}));
    }

    /** Makes Kafka serializers; serializable for schedulers that send functions to other machines. */
    @FunctionalInterface
    public interface SerializerSupplier<T> extends Supplier<Serializer<T>>, Serializable {}
}
