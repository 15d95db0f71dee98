// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.receiver.kafka.common.Loss;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that keeps a snapshot of the partitions and their ends fresh, so that the planner never waits for a broker,
 * and that publishes what is committed. While the brokers are away the last snapshot stands and nothing new is planned.
 */
final class PartitionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionWatch.class);
    private static final long SHORTEST_NANOS = Duration.ofMillis(2).toNanos();
    private static final long PUBLISH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final long OUTAGE_NANOS = Duration.ofSeconds(1).toNanos();
    /** How often the ends are asked for between two plans. */
    private static final int REFRESHES_PER_PLAN = 4;

    private final Cluster cluster;
    private final KafkaSettings settings;
    private final long refreshNanos;
    private final Thread thread;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Map<String, Position> suspected = new ConcurrentHashMap<>();
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
    private final Map<String, Position> toPublish = new ConcurrentHashMap<>();

    private volatile boolean closing;
    private volatile Snapshot snapshot;
    private volatile long planIntervalNanos = Long.MAX_VALUE;
    private volatile boolean plenty;
    private long lastPlan = System.nanoTime();
    private boolean outage;
    private volatile @Nullable String trouble;
    private Map<String, Position> published = Map.of();
    private boolean publishFailed;

    /**
     * What is known of the partitions at a moment.
     *
     * @param topicIds their topics' ids
     * @param beginnings where each began when it was first seen
     * @param ends where each ends, as far as an answer came
     * @param asked the same
     */
    record Snapshot(
            Map<TopicPartition, String> topicIds,
            Map<String, Position> beginnings,
            Map<String, Position> ends,
            Map<TopicPartition, Position> asked) {}

    /**
     * What was found out about a position that did not fit the end of its partition.
     *
     * @param position the position
     * @param of the topic and leader of the end
     * @param loss what is lost; null if nothing is
     */
    record Verdict(Position position, String of, @Nullable Loss loss) {}

    private PartitionWatch(Cluster cluster, KafkaSettings settings, Duration refresh, ThreadFactory threads) {
        this.cluster = cluster;
        this.settings = settings;
        refreshNanos = refresh.toNanos();
        snapshot = refreshed(discovered(new Snapshot(Map.of(), Map.of(), Map.of(), Map.of())));
        thread = threads.newThread(this::run);
    }

    /** Takes the first snapshot, and starts the thread. */
    static PartitionWatch start(Cluster cluster, KafkaSettings settings, Duration refresh, ThreadFactory threads) {
        PartitionWatch watch = new PartitionWatch(cluster, settings, refresh, threads);
        watch.thread.start();
        return watch;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /**
     * Tells the pace of the planner, which the watch keeps up with. Called by the planner's thread only.
     *
     * @param enough whether what is known to be there already is more than the next plan takes
     */
    void planned(boolean enough) {
        plenty = enough;
        long now = System.nanoTime();
        planIntervalNanos = Math.max(0, now - lastPlan);
        lastPlan = now;
    }

    /**
     * What is known about a position that does not fit the end of its partition, which was asked for at another moment. If
     * it is nothing yet, the brokers are asked soon. Any thread.
     *
     * @return null if it is to be waited for
     */
    @Nullable
    Verdict verdict(String partition, Position position, Position end) {
        Verdict verdict = verdicts.get(partition);
        if (verdict != null
                && verdict.position().equals(position)
                && verdict.of().equals(end.detail())) {
            return verdict;
        }
        if (!position.equals(suspected.put(partition, position))) {
            wakeUps.release();
        }
        return null;
    }

    /** Publishes {@code positions} soon, or newer ones of these partitions. Any thread. */
    void publish(Map<String, Position> positions) {
        toPublish.putAll(positions);
    }

    /** Ends the thread, and publishes what is committed. */
    @Override
    public void close() {
        closing = true;
        wakeUps.release();
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
            } else if (!outage) {
                publishNow(CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long discovery = System.nanoTime();
        long publication = discovery;
        try {
            while (!closing) {
                if (wakeUps.tryAcquire(pauseNanos(), TimeUnit.NANOSECONDS)) {
                    wakeUps.drainPermits();
                }
                if (closing) {
                    return;
                }
                long now = System.nanoTime();
                boolean discover = outage
                        || now - discovery >= settings.discoveryInterval().toNanos();
                discovery = discover ? now : discovery;
                boolean publish = now - publication >= PUBLISH_NANOS;
                publication = publish ? now : publication;
                try {
                    snapshot = refreshed(discover ? discovered(snapshot) : snapshot);
                    judge();
                    over();
                } catch (RuntimeException e) {
                    failed(e);
                }
                if (publish && !outage) {
                    publishNow(Cluster.TIMEOUT);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted", settings.owner());
        }
    }

    private long pauseNanos() {
        if (outage) {
            return OUTAGE_NANOS;
        }
        long fresh = Math.max(SHORTEST_NANOS, Math.min(refreshNanos, planIntervalNanos / REFRESHES_PER_PLAN));
        return plenty ? Math.max(fresh, Math.min(PUBLISH_NANOS, planIntervalNanos)) : fresh;
    }

    /** The partitions that there are now; those that were not there before, with their beginnings. */
    private Snapshot discovered(Snapshot known) {
        Map<TopicPartition, String> topicIds =
                known.topicIds().isEmpty() ? cluster.partitions() : cluster.partitionsNow();
        if (topicIds.equals(known.topicIds())) {
            return known;
        }
        Map<TopicPartition, String> added = new LinkedHashMap<>(topicIds);
        added.entrySet().removeAll(known.topicIds().entrySet());
        if (!known.topicIds().isEmpty()) {
            LOG.info("{}: the partitions are now {}", settings.owner(), topicIds.keySet());
        }
        Map<String, Position> beginnings = new HashMap<>(known.beginnings());
        cluster.beginnings(added).forEach((partition, position) -> beginnings.put(partition.toString(), position));
        return new Snapshot(Map.copyOf(topicIds), Map.copyOf(beginnings), known.ends(), known.asked());
    }

    private Snapshot refreshed(Snapshot known) {
        Map<TopicPartition, Position> asked = cluster.ends(known.topicIds(), known.asked());
        Snapshot current = isOfOtherTopics(asked, known) ? discovered(known) : known;
        Map<String, Position> ends = new HashMap<>();
        asked.forEach((partition, end) -> ends.put(partition.toString(), end));
        return new Snapshot(current.topicIds(), current.beginnings(), Map.copyOf(ends), asked);
    }

    private static boolean isOfOtherTopics(Map<TopicPartition, Position> ends, Snapshot known) {
        return ends.entrySet().stream()
                .anyMatch(end -> KafkaPosition.ofAnotherTopic(
                        end.getValue(), known.topicIds().getOrDefault(end.getKey(), "")));
    }

    /** Finds out about positions that did not fit: by ends that are asked for after them. */
    private void judge() {
        Map<String, Position> positions = Map.copyOf(suspected);
        if (positions.isEmpty()) {
            return;
        }
        Map<String, Loss> losses = new HashMap<>();
        Loss.find(cluster, snapshot.topicIds(), positions)
                .forEach(loss -> losses.put(loss.partition().toString(), loss));
        positions.forEach((partition, position) -> {
            Position end = snapshot.ends().getOrDefault(partition, position);
            verdicts.put(partition, new Verdict(position, end.detail(), losses.get(partition)));
            suspected.remove(partition, position);
        });
    }

    private void publishNow(Duration timeout) {
        Map<String, Position> positions = new HashMap<>(toPublish);
        positions.entrySet().removeIf(this::isOfAnotherTopic);
        if (positions.equals(published)) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((partition, position) ->
                offsets.put(KafkaPosition.partition(partition), KafkaPosition.commit(position, settings.program())));
        try {
            cluster.publish(offsets, timeout);
            published = positions;
            publishFailed = false;
        } catch (RuntimeException e) {
            if (!publishFailed) {
                LOG.warn(
                        "{}: progress is not published under the group '{}' ({}); nothing depends on it",
                        settings.owner(),
                        settings.groupId(),
                        e.getMessage());
            }
            publishFailed = true;
        }
    }

    /** What was read of a topic that is gone says nothing about the one that has its name now. */
    private boolean isOfAnotherTopic(Map.Entry<String, Position> read) {
        String topicId = snapshot.topicIds().get(KafkaPosition.partition(read.getKey()));
        return topicId == null || KafkaPosition.ofAnotherTopic(read.getValue(), topicId);
    }

    /** Why nothing is known of the brokers at present; empty if they answer. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void failed(RuntimeException e) {
        trouble = e.getMessage();
        if (!outage && !closing) {
            LOG.warn("{}; what is known stands, and the question is repeated", e.getMessage());
        }
        outage = true;
    }

    private void over() {
        if (outage) {
            LOG.info("{}: Kafka at '{}' answers again", settings.owner(), settings.servers());
            outage = false;
            trouble = null;
        }
    }
}
