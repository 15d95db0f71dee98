// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Suggestion;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Kafka's clients of the settings. Kafka looks classes up by name through the thread's context class loader, and
 * one of its classes is broken for good if that is the wrong one when it is first touched; so this class sets it around
 * every first touch, whoever calls. Thread-safe.
 */
public final class KafkaClients {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaClients.class);

    /** What was said already: a receiver makes clients at each of its starts. */
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    private final KafkaSettings settings;
    private final KafkaErrors errors;
    private final AtomicInteger clients = new AtomicInteger();

    /** @throws MillraceException if a setting below {@code kafka.} is nearly, but not quite, one of Kafka's */
    public KafkaClients(KafkaSettings settings) {
        this.settings = settings;
        errors = new KafkaErrors(settings);
        inLoader(() -> {
            checkNames();
            return null;
        });
        PlainConnection.warning(settings.bootstrapServers(), settings.passThrough())
                .filter(warning -> WARNED.add(settings.owner() + " " + warning))
                .ifPresent(warning -> LOG.warn("{}: {}", settings.owner(), warning));
    }

    /** What the clients are made of. */
    public KafkaSettings settings() {
        return settings;
    }

    /** Turns what these clients throw into what a person is told. */
    public KafkaErrors errors() {
        return errors;
    }

    /** Whether records of open transactions are read. */
    public IsolationLevel isolation() {
        String level = settings.passThrough().getOrDefault(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        return level.equals("read_committed") ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
    }

    /** Makes a client for questions about topics and offsets. */
    public Admin admin() {
        return inLoader(() -> {
            Map<String, Object> config = config(Map.of(), "admin");
            config.keySet().retainAll(AdminClientConfig.configNames());
            return Admin.create(config);
        });
    }

    /**
     * Makes a consumer whose keys and values are the bytes as they lie in what was fetched.
     *
     * @param role part of its client id
     * @param defaults Kafka's settings for this use, which a user's own replace
     */
    public KafkaConsumer<ByteBuffer, ByteBuffer> consumer(String role, Map<String, Object> defaults) {
        return inLoader(() -> {
            Map<String, Object> config = config(defaults, role);
            config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
            config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            return new KafkaConsumer<>(config, new ByteBufferDeserializer(), new ByteBufferDeserializer());
        });
    }

    /**
     * Makes a producer of bytes whose records are transactions.
     *
     * @param transactionalId the one producer of this id is the one that was initialised last
     * @param defaults Kafka's settings for this use, which a user's own replace
     */
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId, Map<String, Object> defaults) {
        return inLoader(() -> {
            Map<String, Object> config = config(defaults, "producer");
            config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        });
    }

    /**
     * Without MBeans and without telemetry to the broker, which cost start-up time, and with a receive buffer that grows:
     * what is fetched ahead waits there, and the default of 64 KiB is read in many small pieces.
     */
    private Map<String, Object> config(Map<String, Object> defaults, String role) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        config.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, CommonClientConfigs.RECEIVE_BUFFER_LOWER_BOUND);
        config.putAll(defaults);
        config.putAll(settings.passThrough());
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
        String id =
                settings.passThrough().getOrDefault(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-" + settings.instance());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, id + "-" + role + "-" + clients.incrementAndGet());
        return config;
    }

    /** Kafka only logs what it does not know; a key that is one slip away from a known one is surely meant to be it. */
    private void checkNames() {
        Set<String> known = new TreeSet<>(ConsumerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        for (String key : settings.passThrough().keySet()) {
            if (known.contains(key)) {
                continue;
            }
            Optional<String> meant = Suggestion.nearest(key, known);
            if (meant.isPresent()) {
                throw settings.refused("unknown setting '" + KafkaOptions.PASS_THROUGH + key + "', did you mean '"
                        + KafkaOptions.PASS_THROUGH + meant.get() + "'?");
            }
            LOG.warn(
                    "{}: setting '{}{}' is not one of Kafka's own; it is passed on for whatever reads it",
                    settings.owner(),
                    KafkaOptions.PASS_THROUGH,
                    key);
        }
    }

    @SuppressWarnings("try") // the resource is its effect
    private <T> T inLoader(Supplier<T> touch) {
        try (ThreadContextClassLoader ignored = ThreadContextClassLoader.of(KafkaClients.class.getClassLoader())) {
            return touch.get();
        } catch (RuntimeException e) {
            throw errors.translate("making a Kafka client", e);
        }
    }
}
