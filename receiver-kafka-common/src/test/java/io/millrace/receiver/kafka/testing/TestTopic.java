// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.testing;

import io.millrace.servers.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of one test, under a name that no other test has. */
public final class TestTopic {
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private final KafkaServer kafka;
    private final String name;

    private TestTopic(KafkaServer kafka, String name) {
        this.kafka = kafka;
        this.name = name;
    }

    /** Makes a topic. */
    public static TestTopic create(KafkaServer kafka, int partitions) {
        return create(kafka, partitions, Map.of());
    }

    /** Makes a topic with settings of its own. */
    public static TestTopic create(KafkaServer kafka, int partitions, Map<String, String> config) {
        TestTopic topic =
                new TestTopic(kafka, "test-" + ProcessHandle.current().pid() + "-" + TOPICS.incrementAndGet());
        topic.make(partitions, config);
        return topic;
    }

    /** Makes a topic of this name. */
    public static TestTopic create(KafkaServer kafka, String name, int partitions) {
        TestTopic topic = new TestTopic(kafka, name);
        topic.make(partitions, Map.of());
        return topic;
    }

    /** The topic's name. */
    public String name() {
        return name;
    }

    /** The name of one of its partitions. */
    public String partition(int index) {
        return name + "-" + index;
    }

    /** Settings that read this topic, as pairs of key and value to add to or replace. */
    public Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "topics", name, "start", "earliest"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** Sends values to a partition, each with its own text as its key, and waits until they are there. */
    public void send(int partition, String... values) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (String value : values) {
            records.add(new ProducerRecord<>(name, partition, value, value));
        }
        send(records);
    }

    /** Sends the numbers {@code [from, until)} as values, to partitions in turn. */
    public void sendNumbers(int from, int until, int partitions) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (int i = from; i < until; i++) {
            records.add(new ProducerRecord<>(name, i % partitions, null, Integer.toString(i)));
        }
        send(records);
    }

    /** Sends records and waits until they are there. */
    public void send(List<ProducerRecord<String, String>> records) {
        produce(Map.of(), producer -> {
            List<Future<?>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            sent.forEach(TestTopic::await);
        });
    }

    /** Sends the numbers {@code [0, until)} to the first partition, each in a transaction; aborts the odd ones. */
    public void sendTransactions(int until) {
        produce(Map.of("transactional.id", name), producer -> {
            producer.initTransactions();
            for (int i = 0; i < until; i++) {
                producer.beginTransaction();
                await(producer.send(new ProducerRecord<>(name, 0, null, Integer.toString(i))));
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        });
    }

    /** Runs {@code task} with a producer. */
    public void produce(Map<String, Object> config, Consumer<KafkaProducer<String, String>> task) {
        Map<String, Object> all = new HashMap<>(config);
        all.put("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(all, new StringSerializer(), new StringSerializer())) {
            task.accept(producer);
        }
    }

    /** Makes the topic have this many partitions. */
    public void growTo(int partitions) {
        admin(admin -> admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** Deletes a partition's records before an offset, as retention does. */
    public void deleteBefore(int partition, long offset) {
        admin(admin -> admin.deleteRecords(
                        Map.of(new TopicPartition(name, partition), RecordsToDelete.beforeOffset(offset)))
                .all());
    }

    /** Where a partition ends. */
    public long end(int partition) {
        TopicPartition asked = new TopicPartition(name, partition);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return await(admin.listOffsets(Map.of(asked, OffsetSpec.latest())).partitionResult(asked))
                    .offset();
        }
    }

    /** Deletes the topic. */
    public void delete() {
        admin(admin -> admin.deleteTopics(List.of(name)).all());
    }

    /** Deletes the topic and makes it anew. */
    public void makeAnew(int partitions) {
        delete();
        make(partitions, Map.of());
    }

    /** Commits an offset under a group that has no members, as another consumer does. */
    public void commit(String group, int partition, long offset, String metadata) {
        admin(admin -> admin.alterConsumerGroupOffsets(
                        group, Map.of(new TopicPartition(name, partition), new OffsetAndMetadata(offset, metadata)))
                .all());
    }

    /** What a group has committed, by partition. */
    public Map<Integer, Long> committed(String group) {
        Map<Integer, Long> committed = new HashMap<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            offsets.forEach((partition, offset) -> {
                if (partition.topic().equals(name)) {
                    committed.put(partition.partition(), offset.offset());
                }
            });
        }
        return committed;
    }

    /** Makes the topic, and waits until a broker that is asked knows it, which may be a moment later. */
    private void make(int partitions, Map<String, String> config) {
        admin(admin -> admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
                .all());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!knows(admin, partitions) && System.nanoTime() < end) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }

    private boolean knows(Admin admin, int partitions) {
        try {
            return await(admin.describeTopics(List.of(name)).allTopicNames()).get(name).partitions().stream()
                            .filter(partition -> partition.leader() != null)
                            .count()
                    == partitions;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void admin(Function<Admin, KafkaFuture<?>> task) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            await(task.apply(admin));
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
