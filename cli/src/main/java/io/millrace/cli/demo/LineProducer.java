// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends lines to a topic at a steady rate, on a thread of its own, and remembers which of them the broker confirmed. */
final class LineProducer {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 2_000_000;

    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final Lines lines;
    private final int rate;
    private final Duration duration;
    private final Thread thread;

    private final BitSet acknowledged = new BitSet(); // only the producer's own thread writes it, until it is closed
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger confirmed = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopping;

    private LineProducer(String bootstrapServers, String topic, Lines lines, int rate, Duration duration) {
        this.topic = topic;
        this.lines = lines;
        this.rate = rate;
        this.duration = duration;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "millrace-demo",
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        30_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        15_000),
                new StringSerializer(),
                new StringSerializer());
        this.thread = new Thread(this::produce, "millrace-demo-producer");
        this.thread.setDaemon(true);
    }

    /** Starts to produce {@code rate} lines per second for {@code duration}. */
    static LineProducer start(String bootstrapServers, String topic, Lines lines, int rate, Duration duration) {
        LineProducer started = new LineProducer(bootstrapServers, topic, lines, rate, duration);
        started.thread.start();
        return started;
    }

    /** Ends producing early; {@link #running()} says when it has. */
    void stop() {
        stopping = true;
    }

    /** Whether lines are still being sent or confirmed. */
    boolean running() {
        return thread.isAlive();
    }

    /** How many lines the broker has confirmed so far. */
    int confirmed() {
        return confirmed.get();
    }

    /** What went wrong, if anything did. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** What was sent; only after {@link #running()} turned false. */
    Produced produced() {
        if (thread.isAlive()) {
            throw new IllegalStateException("the producer still runs");
        }
        return new Produced(sent.get(), acknowledged);
    }

    private void produce() {
        try {
            long begin = System.nanoTime();
            long elapsed = 0;
            while (!stopping && failure.get() == null && elapsed < duration.toNanos()) {
                long due = (long) (elapsed / 1e9 * rate);
                while (!stopping && sent.get() < due) {
                    send(sent.getAndIncrement());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                elapsed = System.nanoTime() - begin;
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        } finally {
            producer.close(CLOSE_TIMEOUT);
        }
    }

    private void send(int id) {
        // The callback is told what the future would say.
        Future<RecordMetadata> ignored =
                producer.send(new ProducerRecord<>(topic, lines.line(id)), (metadata, error) -> {
                    if (error == null) {
                        acknowledged.set(id);
                        confirmed.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, error);
                    }
                });
    }
}
