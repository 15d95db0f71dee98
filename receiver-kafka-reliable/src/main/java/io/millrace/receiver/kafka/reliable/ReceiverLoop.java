// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.Loss;
import io.millrace.receiver.kafka.common.ReadTopics;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's own thread, the only one that touches the consumer and the appender: poll, append, commit what is
 * durable. It polls at all times, so that commits are answered and connections live; while records are not taken, its
 * partitions are paused and what was polled waits.
 *
 * <p>The engine's threads leave what they have to say in a few fields, and {@linkplain Polling#wake wake} the poll.
 */
final class ReceiverLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final Cluster cluster;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final ReceiverContext context;
    private final LossPolicy losses;
    private final ReadTopics topics;
    private final Polling polling;
    private final Commits commits;
    private final Map<TopicPartition, String> topicIds = new LinkedHashMap<>();
    private final Intake intake;
    private final IdleWatch idle;

    private final AtomicReference<@Nullable Map<TopicPartition, String>> discovered = new AtomicReference<>();
    private volatile boolean paused;
    private volatile boolean stopping;
    private volatile long stopNanos;
    private boolean holding;
    private long idleCheckNanos = System.nanoTime();

    ReceiverLoop(
            KafkaClients clients,
            Cluster cluster,
            KafkaConsumer<ByteBuffer, ByteBuffer> consumer,
            ReceiverContext context,
            LossPolicy losses,
            Duration commitInterval) {
        this.clients = clients;
        this.cluster = cluster;
        this.consumer = consumer;
        this.context = context;
        this.losses = losses;
        topics = new ReadTopics(consumer);
        polling = new Polling(consumer);
        commits = new Commits(consumer, topics, clients.settings(), commitInterval);
        intake = new Intake(context.appender(), topicIds);
        idle = new IdleWatch(consumer::currentLag, context::idle);
        context.appender().onReady(polling::wake);
    }

    /** Reads {@code added} too, from {@code positions}. Before the thread starts, and on it. */
    void assign(Map<TopicPartition, String> added, Map<String, Position> positions) {
        topicIds.putAll(added);
        consumer.assign(topicIds.keySet());
        added.keySet().forEach(partition -> {
            Position position = positions.get(partition.toString());
            if (position != null) {
                seek(partition, position);
            }
        });
        if (holding) {
            consumer.pause(topicIds.keySet());
        }
    }

    void durable(DurableMark mark) {
        commits.durable(mark);
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        polling.wake();
    }

    void discovered(Map<TopicPartition, String> partitions) {
        discovered.set(partitions);
    }

    /** Ends the loop: it commits what is durable, and closes the consumer. */
    void stop(Duration deadline) {
        stopNanos = System.nanoTime() + deadline.toNanos();
        stopping = true;
        polling.wake();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                turn();
            }
            commits.sendLast(farewell());
        } catch (Throwable e) {
            MillraceException error = clients.errors().translate("receiving", e);
            if (stopping) {
                LOG.warn("{}", error.getMessage(), error);
            } else {
                context.restart(String.valueOf(error.getMessage()), error);
            }
        } finally {
            consumer.close(CloseOptions.timeout(stopping ? farewell() : Duration.ZERO));
        }
    }

    private void turn() throws InterruptedException {
        boolean taken = !paused && intake.drain();
        hold(!taken);
        commits.sendIfDue();
        Map<TopicPartition, String> found = discovered.getAndSet(null);
        if (found != null) {
            add(found);
        }
        if (topicIds.isEmpty()) {
            Thread.sleep(POLL.toMillis()); // a consumer without partitions cannot be polled
            return;
        }
        try {
            ConsumerRecords<ByteBuffer, ByteBuffer> records = polling.poll(POLL);
            long now = System.nanoTime();
            requireTopics(records.nextOffsets().keySet());
            intake.add(records);
            idle.polled(records.partitions(), now);
            if (now - idleCheckNanos >= POLL.toNanos()) {
                idle.check(topicIds.keySet(), now);
                lookOn(records);
                idleCheckNanos = now;
            }
        } catch (OffsetOutOfRangeException e) {
            requireHeld(e);
        }
    }

    private void hold(boolean hold) {
        if (hold != holding) {
            if (hold) {
                consumer.pause(topicIds.keySet());
            } else {
                consumer.resume(topicIds.keySet());
            }
            holding = hold;
        }
    }

    /** Partitions that came up after the start begin at their beginning, which is written down first. */
    private void add(Map<TopicPartition, String> found) throws InterruptedException {
        Map<TopicPartition, String> added = new LinkedHashMap<>(found);
        added.keySet().removeAll(topicIds.keySet());
        found.forEach((partition, topicId) -> {
            if (!topicId.equals(topicIds.getOrDefault(partition, topicId))) {
                throw madeAnew(partition);
            }
        });
        if (!added.isEmpty()) {
            Map<String, Position> starts = new HashMap<>();
            cluster.beginnings(added).forEach((partition, start) -> starts.put(partition.toString(), start));
            context.begin(starts);
            assign(added, starts);
        }
    }

    /** What was polled must be of the topics that were to be read, and not of others of their names. */
    private void requireTopics(Set<TopicPartition> polled) {
        for (TopicPartition partition : polled) {
            switch (topics.polled(partition.topic(), topicIds.getOrDefault(partition, ""))) {
                case TOPIC -> {}
                case ANOTHER -> throw madeAnew(partition);
                case EITHER ->
                    throw new MillraceException(
                            ErrorCode.EXTERNAL_SYSTEM,
                            clients.settings().owner() + ": the topic of " + partition
                                    + " was deleted while it was read; the receiver is started again, and looks for it");
            }
        }
    }

    private MillraceException madeAnew(TopicPartition partition) {
        return losses.ended("the topic of " + partition + " was deleted and made anew while it was read");
    }

    /** Moves positions on over what has no records: a poll does not tell of it if it is all that there was. */
    private void lookOn(ConsumerRecords<ByteBuffer, ByteBuffer> polled) {
        if (holding || !polled.isEmpty() || intake.isWaiting()) {
            return;
        }
        for (TopicPartition partition : topicIds.keySet()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isPresent() && lag.getAsLong() == 0) {
                position(partition).ifPresent(at -> intake.passed(partition, new OffsetAndMetadata(at)));
            }
        }
    }

    private OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty(); // it is being compared with what its leader has
        }
    }

    /** Tells what is gone; a receiver that is started anew goes on behind it, if the policy allows. */
    private void requireHeld(OffsetOutOfRangeException e) {
        Map<String, Position> wanted = new HashMap<>();
        e.offsetOutOfRangePartitions()
                .forEach((partition, offset) -> wanted.put(
                        partition.toString(),
                        KafkaPosition.of(offset, topicIds.getOrDefault(partition, ""), Optional.empty())));
        Map<TopicPartition, String> now = new LinkedHashMap<>(cluster.partitions());
        now.keySet().retainAll(e.offsetOutOfRangePartitions().keySet());
        List<Loss> found = Loss.find(cluster, now, wanted);
        throw losses.ended(
                found.isEmpty()
                        ? "Kafka's log was truncated below what was read: " + e.getMessage()
                        : found.stream().map(Loss::toString).collect(Collectors.joining("; ")));
    }

    private void seek(TopicPartition partition, Position position) {
        intake.begin(partition, position.number());
        consumer.seek(partition, new OffsetAndMetadata(position.number(), KafkaPosition.leaderEpoch(position), ""));
    }

    /**
     * How long brokers are waited for at the end: a part of what is left, since nothing depends on what they are told, and
     * a broker may have vanished without a word.
     */
    private Duration farewell() {
        long part = Math.min((stopNanos - System.nanoTime()) / 4, FAREWELL.toNanos());
        return Duration.ofNanos(Math.max(Duration.ofMillis(100).toNanos(), part));
    }
}
