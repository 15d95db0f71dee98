// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.servers.KafkaServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic that somebody writes the numbers from 0 on to, until it is told to stop. */
final class NumbersTopic implements AutoCloseable {
    static final String NAME = "numbers";

    private static final int PARTITIONS = 3;
    private static final long GAP_NANOS = 400_000;

    private final KafkaServer kafka;
    private final Thread thread;
    private volatile boolean stopping;
    private final AtomicLong sent = new AtomicLong();

    NumbersTopic() throws ExecutionException, InterruptedException {
        kafka = KafkaServer.builder().start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(NAME, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        thread = new Thread(this::send, "numbers");
        thread.start();
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    private void send() {
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 5);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            while (!stopping) {
                long number = sent.getAndIncrement();
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(NAME, (int) (number % PARTITIONS), null, Long.toString(number)));
                LockSupport.parkNanos(GAP_NANOS);
            }
        }
    }

    /** Ends the writing, and returns how many numbers there are. */
    long stop() throws InterruptedException {
        stopping = true;
        thread.join();
        return sent.get();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        kafka.close();
    }
}
