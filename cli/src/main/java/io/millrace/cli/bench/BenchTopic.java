// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of two partitions for one test, on the brokers that the user named; it goes when it is closed. */
final class BenchTopic implements AutoCloseable {
    static final int PARTITIONS = 2;

    private static final String SERVERS = "bootstrap.servers";
    private static final String PREFIX = "kafka.";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, String> given;
    private final String name = "millrace-tck-" + UUID.randomUUID();
    private final Admin admin;
    private final KafkaProducer<String, String> producer;
    private int sent;

    private BenchTopic(Map<String, String> given) {
        this.given = given;
        this.admin = Admin.create(clients());
        this.producer = new KafkaProducer<>(clients(), new StringSerializer(), new StringSerializer());
    }

    /**
     * Makes a topic.
     *
     * @param provider whose test it is for, for messages
     * @param given the settings of that provider; those of Kafka's clients count here, too
     */
    static BenchTopic make(String provider, Map<String, String> given) {
        if (!given.containsKey(SERVERS)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "'" + provider
                            + "' needs brokers to be tried on: give --set bootstrap.servers=HOST:PORT, or write it"
                            + " into the file of --config; topics called millrace-tck-… are made there, and removed");
        }
        BenchTopic topic = new BenchTopic(given);
        try {
            topic.create();
            return topic;
        } catch (RuntimeException e) {
            topic.closeClients();
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "no topic can be made on the brokers at " + given.get(SERVERS) + " (" + e.getMessage()
                            + "): check that they run and that the settings below 'kafka.' let you make topics",
                    e);
        }
    }

    /** What clients need: the address, and what was set below {@code kafka.}, such as credentials. */
    Map<String, Object> clients() {
        Map<String, Object> clients = new HashMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(PREFIX + "security.")
                    || key.startsWith(PREFIX + "sasl.")
                    || key.startsWith(PREFIX + "ssl.")) {
                clients.put(key.substring(PREFIX.length()), value);
            }
        });
        clients.put(SERVERS, given.getOrDefault(SERVERS, ""));
        return clients;
    }

    private void create() {
        await(admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                .all());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isKnown()) { // a broker that is asked hears of a new topic a moment later
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the brokers made topic '" + name + "' and do not know it");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private boolean isKnown() {
        try {
            return await(admin.describeTopics(List.of(name)).allTopicNames()).values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .filter(partition -> partition.leader() != null)
                            .count()
                    == PARTITIONS;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    String name() {
        return name;
    }

    /** What was given, and more. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(given);
        settings.putAll(more);
        return settings;
    }

    /** Sends each value to the next partition; returns once all are there. */
    void send(List<String> values) {
        List<Future<?>> under = new ArrayList<>();
        for (String value : values) {
            under.add(producer.send(new ProducerRecord<>(name, sent++ % PARTITIONS, null, value)));
        }
        under.forEach(BenchTopic::await);
    }

    /** What a group has committed, by partition. */
    Map<Integer, Long> committed(String group) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<Integer, Long> committed = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null && partition.topic().equals(name)) {
                committed.put(partition.partition(), offset.offset());
            }
        });
        return committed;
    }

    /** Removes every record, as retention would. */
    void forget() {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            asked.put(new TopicPartition(name, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        await(admin.listOffsets(asked).all())
                .forEach((partition, end) -> deleted.put(partition, RecordsToDelete.beforeOffset(end.offset())));
        await(admin.deleteRecords(deleted).all());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer for " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void closeClients() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ofSeconds(5));
    }

    @Override
    public void close() {
        try {
            await(admin.deleteTopics(List.of(name)).all());
        } finally {
            closeClients();
        }
    }
}
