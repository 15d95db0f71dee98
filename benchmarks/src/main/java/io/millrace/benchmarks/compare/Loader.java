// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import io.millrace.benchmarks.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Fills a topic with the records of a workload. */
public final class Loader {
    private static final int BATCH_BYTES = 128 * 1024;
    private static final int BUFFER_BYTES = 128 * 1024 * 1024;

    private final String bootstrapServers;

    /** Makes a loader for a broker. */
    public Loader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Creates a topic and produces the first records of the workload to it, in batches of 128 KiB, not compressed.
     *
     * @throws ExecutionException if the topic exists, or the broker refuses or does not answer
     */
    public void load(String topic, Workload workload, long records) throws ExecutionException, InterruptedException {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers);
        try (Admin admin = Admin.create(config)) {
            NewTopic wanted = new NewTopic(topic, Workload.PARTITIONS, (short) 1);
            admin.createTopics(List.of(wanted)).all().get();
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            for (long index = 0; index < records && failure.get() == null; index++) {
                int partition = (int) (index % Workload.PARTITIONS);
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(topic, partition, null, workload.record(index)), (metadata, exception) -> {
                            if (exception != null) {
                                failure.compareAndSet(null, exception);
                            }
                        });
            }
            producer.flush();
            if (failure.get() != null) {
                throw new ExecutionException("cannot produce to topic " + topic, failure.get());
            }
        }
    }

    private Map<String, Object> producerConfig() {
        return Map.of(
                "bootstrap.servers", bootstrapServers,
                "acks", "1",
                "linger.ms", 20,
                "batch.size", BATCH_BYTES,
                "buffer.memory", BUFFER_BYTES);
    }
}
