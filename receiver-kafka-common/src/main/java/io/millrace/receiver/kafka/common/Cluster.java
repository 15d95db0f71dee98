// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.spi.plugin.Suggestion;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
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

/**
 * The brokers' answers to questions about the topics that a receiver reads. Every call asks the brokers, blocks at most
 * {@link #TIMEOUT} a question, and throws {@link MillraceException}s that can be shown as they are. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    /** How long a question may take. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int TIMEOUT_MILLIS = (int) TIMEOUT.toMillis();

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final Admin admin;

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
        Collection<String> topics = settings.pattern().isPresent() ? matchingTopics() : settings.topics();
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                .topicNameValues();
        Map<TopicPartition, String> partitions = new LinkedHashMap<>();
        new TreeMap<>(answers)
                .forEach((topic, answer) -> description(topic, answer).ifPresent(description -> {
                    for (TopicPartitionInfo partition : description.partitions()) {
                        partitions.put(
                                new TopicPartition(topic, partition.partition()),
                                description.topicId().toString());
                    }
                }));
        return partitions;
    }

    /** Where the partitions begin; asked of those given as {@code topic ids} by {@link #partitions()}. */
    public Map<TopicPartition, Position> beginnings(Map<TopicPartition, String> topicIds) {
        return offsets(topicIds, OffsetSpec.earliest(), clients.isolation());
    }

    /** Where the partitions end, for a reader of this isolation level. */
    public Map<TopicPartition, Position> ends(Map<TopicPartition, String> topicIds) {
        return offsets(topicIds, OffsetSpec.latest(), clients.isolation());
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
        Map<TopicPartition, Position> ends = offsets(topicIds, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Extent> extents = new LinkedHashMap<>();
        beginnings(topicIds).forEach((partition, beginning) -> {
            Position end = ends.get(partition);
            if (end != null) {
                extents.put(partition, new Extent(beginning, end));
            }
        });
        return extents;
    }

    /** The offsets that the group has committed for these partitions. */
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        ListConsumerGroupOffsetsSpec all = new ListConsumerGroupOffsetsSpec();
        Map<TopicPartition, OffsetAndMetadata> answer = await(
                "asking for offsets of the group '" + settings.groupId() + "'",
                admin.listConsumerGroupOffsets(
                                Map.of(settings.groupId(), all),
                                new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .partitionsToOffsetAndMetadata(settings.groupId()));
        Map<TopicPartition, Long> committed = new LinkedHashMap<>();
        answer.forEach((partition, offset) -> {
            if (offset != null && partitions.contains(partition)) {
                committed.put(partition, offset.offset());
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
        if (topicIds.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, OffsetSpec> question = new LinkedHashMap<>();
        topicIds.keySet().forEach(partition -> question.put(partition, spec));
        ListOffsetsResult answers =
                admin.listOffsets(question, new ListOffsetsOptions(isolation).timeoutMs(TIMEOUT_MILLIS));
        Map<TopicPartition, Position> offsets = new LinkedHashMap<>();
        topicIds.forEach((partition, topicId) -> {
            ListOffsetsResultInfo answer =
                    await("asking for offsets of " + partition, answers.partitionResult(partition));
            if (answer.offset() >= 0) {
                offsets.put(partition, KafkaPosition.of(answer.offset(), topicId, answer.leaderEpoch()));
            }
        });
        return offsets;
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

    /** Nothing, for a topic that matched the pattern and went away in between. */
    private Optional<TopicDescription> description(String topic, KafkaFuture<TopicDescription> answer) {
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw clients.errors().translate("describing the topic '" + topic + "'", e);
            }
            if (settings.pattern().isPresent()) {
                return Optional.empty();
            }
            throw missing(topic);
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
