// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The loop around {@code poll} that one would write by hand if nothing had to be durable, once per thread: what an
 * engine is held against.
 */
final class BareLoop<V> {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Task task;
    private final Supplier<Deserializer<V>> deserializers;
    private final Supplier<Tally<V>> tallies;

    BareLoop(Task task, Supplier<Deserializer<V>> deserializers, Supplier<Tally<V>> tallies) {
        this.task = task;
        this.deserializers = deserializers;
        this.tallies = tallies;
    }

    /** Counts the topic and prints the result. */
    void run(Meter meter) throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(task.parallelism());
        List<Future<Long>> checksums = new ArrayList<>();
        for (int thread = 0; thread < task.parallelism(); thread++) {
            List<TopicPartition> mine = share(thread);
            checksums.add(threads.submit(() -> count(mine, meter)));
        }
        long checksum = 0;
        for (Future<Long> part : checksums) {
            checksum += part.get();
        }
        threads.shutdown();
        meter.report(checksum);
    }

    private List<TopicPartition> share(int thread) {
        return IntStream.range(0, Workload.PARTITIONS)
                .filter(partition -> partition % task.parallelism() == thread)
                .mapToObj(partition -> new TopicPartition(task.topic(), partition))
                .toList();
    }

    private long count(List<TopicPartition> partitions, Meter meter) {
        long left = partitions.stream()
                .mapToLong(partition -> Workload.recordsIn(partition.partition(), task.records()))
                .sum();
        Tally<V> tally = tallies.get();
        try (KafkaConsumer<byte[], V> consumer =
                new KafkaConsumer<>(consumerConfig(), new ByteArrayDeserializer(), deserializers.get())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (left > 0) {
                ConsumerRecords<byte[], V> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], V> record : records) {
                    tally.add(record.value());
                }
                left -= records.count();
                meter.counted(records.count());
            }
        }
        return tally.checksum();
    }

    private Map<String, Object> consumerConfig() {
        return Map.of(
                "bootstrap.servers", task.bootstrapServers(),
                "enable.auto.commit", false,
                "max.poll.records", 10_000,
                "fetch.max.bytes", 52_428_800,
                "max.partition.fetch.bytes", 4_194_304);
    }
}
