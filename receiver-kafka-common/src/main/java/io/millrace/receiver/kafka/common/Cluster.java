// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.spi.plugin.Suggestion;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The brokers' answers to questions about the topics that a receiver reads. Every call asks the brokers, blocks at most
 * {@link #TIMEOUT} a question, and throws {@link MillraceException}s that can be shown as they are. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** How long a question may take. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int TIMEOUT_MILLIS = (int) TIMEOUT.toMillis();

    private final KafkaClients clients;
    private static final long PROMPT_MILLIS = 1_000;
    /** How often offsets are asked for again whose topic was made anew meanwhile. */
    private static final int ATTEMPTS = 5;

    private final KafkaSettings settings;
    private final Admin admin;
    /** Topics that were there, are gone, and of which that was said. */
    private final Set<String> gone = ConcurrentHashMap.newKeySet();

    /** Makes the client; nothing is asked yet. */
    public Cluster(KafkaClients clients) {
        this.clients = clients;
        settings = clients.settings();
        admin = clients.admin();
    }

    /**
     * The partitions to read now, in order, each with its topic's id.
     *
     * @throws MillraceException naming a topic that does not exist and the one that was probably meant
     */
    public Map<TopicPartition, String> partitions() {
        Map<TopicPartition, String> partitions = partitionsNow();
        if (settings.pattern().isEmpty()) {
            Set<String> missing = new TreeSet<>(settings.topics());
            partitions.keySet().forEach(partition -> missing.remove(partition.topic()));
            for (String topic : missing) {
                throw missing(topic);
            }
        }
        return partitions;
    }

    /** The same, without those of topics that do not exist, which the log says once of each. */
    public Map<TopicPartition, String> partitionsNow() {
        Collection<String> topics = settings.pattern().isPresent() ? matchingTopics() : settings.topics();
        Map<TopicPartition, String> partitions = new LinkedHashMap<>();
        Map<String, TopicDescription> described = describe(topics);
        described.forEach((topic, description) -> {
            for (TopicPartitionInfo partition : description.partitions()) {
                partitions.put(
                        new TopicPartition(topic, partition.partition()),
                        description.topicId().toString());
            }
        });
        return partitions;
    }

    /** Where the partitions begin; asked of those given as {@code topic ids} by {@link #partitions()}. */
    public Map<TopicPartition, Position> beginnings(Map<TopicPartition, String> topicIds) {
        return offsets(topicIds, OffsetSpec.earliest(), clients.isolation());
    }

    /** Where the partitions end, for a reader of this isolation level. */
    public Map<TopicPartition, Position> ends(Map<TopicPartition, String> topicIds) {
        return ends(topicIds, Map.of());
    }

    /**
     * The same, for somebody who asked before: if nothing has moved since, the topics are not asked for.
     *
     * @param before the last answer
     */
    public Map<TopicPartition, Position> ends(
            Map<TopicPartition, String> topicIds, Map<TopicPartition, Position> before) {
        return offsets(topicIds, OffsetSpec.latest(), clients.isolation(), before);
    }

    /**
     * Where the partitions' first record of a time or later lies; those without such a record are left out.
     *
     * @param epochMillis the time
     */
    public Map<TopicPartition, Position> since(Map<TopicPartition, String> topicIds, long epochMillis) {
        return offsets(topicIds, OffsetSpec.forTimestamp(epochMillis), clients.isolation());
    }

    /** Where the partitions begin and end, open transactions included. */
    public Map<TopicPartition, Extent> extents(Map<TopicPartition, String> topicIds) {
        Map<TopicPartition, Position> beginnings = beginnings(topicIds);
        Map<TopicPartition, String> begun = new LinkedHashMap<>();
        beginnings.forEach((partition, beginning) -> begun.put(partition, KafkaPosition.topicId(beginning)));
        Map<TopicPartition, Extent> extents = new LinkedHashMap<>();
        offsets(begun, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED).forEach((partition, end) -> {
            Position beginning = beginnings.get(partition);
            if (beginning != null) {
                boolean madeAnew = KafkaPosition.ofAnotherTopic(beginning, KafkaPosition.topicId(end));
                extents.put(partition, new Extent(madeAnew ? new Position(0, end.detail()) : beginning, end));
            }
        });
        return extents;
    }

    /**
     * Finds logs that are no longer what was read of them.
     *
     * @param positions places up to which partitions were read, each with a leader epoch
     * @return by partition, up to where the log is what was read; those that are what was read are left out
     */
    public Map<TopicPartition, Position> divergences(Map<TopicPartition, Position> positions) {
        return new Divergences(clients).find(positions);
    }

    /**
     * The offsets that the group has committed for these partitions, without those that a program of Millrace committed for
     * another topic of the name.
     *
     * @param topicIds the partitions, each with its topic's id
     */
    public Map<TopicPartition, OffsetAndMetadata> committed(Map<TopicPartition, String> topicIds) {
        ListConsumerGroupOffsetsSpec all = new ListConsumerGroupOffsetsSpec();
        Map<TopicPartition, OffsetAndMetadata> answer = await(
                "asking for offsets of the group '" + settings.groupId() + "'",
                admin.listConsumerGroupOffsets(
                                Map.of(settings.groupId(), all),
                                new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .partitionsToOffsetAndMetadata(settings.groupId()));
        Map<TopicPartition, OffsetAndMetadata> committed = new LinkedHashMap<>();
        answer.forEach((partition, offset) -> {
            String topicId = topicIds.get(partition);
            if (offset != null
                    && topicId != null
                    && !KafkaPosition.ofAnotherTopic(new Position(offset.offset(), offset.metadata()), topicId)) {
                committed.put(partition, offset);
            }
        });
        return committed;
    }

    /** Publishes offsets under the group, which must have no members. */
    public void publish(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        await(
                "publishing offsets of the group '" + settings.groupId() + "'",
                admin.alterConsumerGroupOffsets(
                                settings.groupId(), offsets, new AlterConsumerGroupOffsetsOptions().timeoutMs((int)
                                                timeout.toMillis()))
                        .all());
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private Map<TopicPartition, Position> offsets(
            Map<TopicPartition, String> topicIds, OffsetSpec spec, IsolationLevel isolation) {
        return offsets(topicIds, spec, isolation, Map.of());
    }

    /**
     * Offsets, each with the id of the topic that it is of. Brokers are asked for them by the topic's name: that it was
     * that topic is known only if the name stands for the same id before and after.
     */
    private Map<TopicPartition, Position> offsets(
            Map<TopicPartition, String> topicIds,
            OffsetSpec spec,
            IsolationLevel isolation,
            Map<TopicPartition, Position> before) {
        Map<TopicPartition, String> asked = new LinkedHashMap<>(topicIds);
        for (int attempt = 0; attempt < ATTEMPTS && !asked.isEmpty(); attempt++) {
            Map<TopicPartition, Position> offsets = list(asked, spec, isolation);
            if (offsets.equals(before)) {
                return offsets;
            }
            Map<TopicPartition, String> after = idsOf(asked.keySet());
            if (after.equals(asked)) {
                return offsets;
            }
            asked = after;
        }
        if (asked.isEmpty()) {
            return Map.of();
        }
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                settings.owner() + ": the topics of " + asked.keySet()
                        + " are made anew faster than they can be asked for; let them be");
    }

    private Map<TopicPartition, Position> list(
            Map<TopicPartition, String> topicIds, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> question = new LinkedHashMap<>();
        topicIds.keySet().forEach(partition -> question.put(partition, spec));
        ListOffsetsResult answers =
                admin.listOffsets(question, new ListOffsetsOptions(isolation).timeoutMs(TIMEOUT_MILLIS));
        Map<TopicPartition, ListOffsetsResultInfo> infos = new LinkedHashMap<>();
        Set<TopicPartition> late = new LinkedHashSet<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PROMPT_MILLIS);
        topicIds.keySet()
                .forEach(partition -> promptly(partition, answers.partitionResult(partition), end)
                        .ifPresentOrElse(info -> infos.put(partition, info), () -> late.add(partition)));
        if (!late.isEmpty()) {
            // a client asks for a topic that is gone until its time is up
            Set<TopicPartition> there = idsOf(late).keySet();
            late.retainAll(there);
            late.forEach(partition -> infos.put(
                    partition, await("asking for offsets of " + partition, answers.partitionResult(partition))));
        }
        Map<TopicPartition, Position> offsets = new LinkedHashMap<>();
        infos.forEach((partition, info) -> {
            if (info.offset() >= 0) {
                offsets.put(
                        partition,
                        KafkaPosition.of(info.offset(), topicIds.getOrDefault(partition, ""), info.leaderEpoch()));
            }
        });
        return offsets;
    }

    /** Nothing if there is no answer by {@code end}, or if it is that there is no such topic. */
    private Optional<ListOffsetsResultInfo> promptly(
            TopicPartition partition, KafkaFuture<ListOffsetsResultInfo> answer, long end) {
        try {
            return Optional.of(answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw clients.errors().translate("asking for offsets of " + partition, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw clients.errors().translate("asking for offsets of " + partition, e);
        }
    }

    /** The partitions that there are of these, each with its topic's id now. */
    private Map<TopicPartition, String> idsOf(Set<TopicPartition> partitions) {
        Set<String> topics = new TreeSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        Map<String, TopicDescription> described = describe(topics);
        Map<TopicPartition, String> ids = new LinkedHashMap<>();
        partitions.forEach(partition -> {
            TopicDescription description = described.get(partition.topic());
            if (description != null
                    && partition.partition() < description.partitions().size()) {
                ids.put(partition, description.topicId().toString());
            }
        });
        return ids;
    }

    /** Those of the topics that there are. */
    private Map<String, TopicDescription> describe(Collection<String> topics) {
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                .topicNameValues();
        Map<String, TopicDescription> described = new TreeMap<>();
        answers.forEach((topic, answer) ->
                description(topic, answer).ifPresent(description -> described.put(topic, description)));
        return described;
    }

    private Set<String> matchingTopics() {
        Set<String> matching = new TreeSet<>(allTopics());
        matching.removeIf(
                topic -> !settings.pattern().orElseThrow().matcher(topic).matches());
        return matching;
    }

    /** Every topic but Kafka's own. */
    private Set<String> allTopics() {
        return await(
                "listing the topics",
                admin.listTopics(new ListTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .names());
    }

    /** Nothing, for a topic that does not exist. */
    private Optional<TopicDescription> description(String topic, KafkaFuture<TopicDescription> answer) {
        try {
            TopicDescription description = answer.get();
            gone.remove(topic);
            return Optional.of(description);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw clients.errors().translate("describing the topic '" + topic + "'", e);
            }
            if (gone.add(topic)) {
                LOG.warn("{}: there is no topic '{}' at the moment", settings.owner(), topic);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw clients.errors().translate("describing the topic '" + topic + "'", e);
        }
    }

    private MillraceException missing(String topic) {
        List<String> known = List.copyOf(allTopics());
        String hint = Suggestion.nearest(topic, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("create it, or correct 'topics'" + (known.isEmpty() ? " (there are no topics yet)" : ""));
        return settings.refused("Kafka at '" + settings.servers() + "' has no topic '" + topic + "'; " + hint);
    }

    private <T> T await(String doing, KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw clients.errors().translate(doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw clients.errors().translate(doing, e);
        }
    }
}
