// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says where reading begins for the partitions that the ledger does not know. A named topic of which it knows nothing
 * begins as {@code start} says; whatever came up after that (a partition of a known topic, a topic that a pattern found
 * later) begins at its beginning, since nobody can have read its first records before.
 */
public final class StartPositions {
    private static final Logger LOG = LoggerFactory.getLogger(StartPositions.class);

    private final KafkaSettings settings;
    private final Cluster cluster;

    /** Asks {@code cluster} by {@code settings}. */
    public StartPositions(KafkaSettings settings, Cluster cluster) {
        this.settings = settings;
        this.cluster = cluster;
    }

    /**
     * Resolves.
     *
     * @param topicIds the partitions to read, each with its topic's id
     * @param known what the ledger has, by partition name
     * @return positions of the partitions that are not known
     * @throws MillraceException if {@code start.positions} names a place that is not there
     */
    public Map<String, Position> resolve(Map<TopicPartition, String> topicIds, Map<String, Position> known) {
        Set<String> knownTopics = known.keySet().stream()
                .map(name -> KafkaPosition.partition(name).topic())
                .collect(Collectors.toSet());
        Map<TopicPartition, String> byStart = new LinkedHashMap<>();
        Map<TopicPartition, String> late = new LinkedHashMap<>();
        topicIds.forEach((partition, topicId) -> {
            boolean first = settings.pattern().isPresent() ? known.isEmpty() : !knownTopics.contains(partition.topic());
            if (!known.containsKey(partition.toString())) {
                (first ? byStart : late).put(partition, topicId);
            }
        });
        Map<String, Position> starts = new LinkedHashMap<>();
        add(starts, explicit(topicIds, byStart));
        byStart.keySet().removeIf(partition -> starts.containsKey(partition.toString()));
        add(starts, byStart(byStart));
        add(starts, cluster.beginnings(late));
        return starts;
    }

    /**
     * What the program itself has published under the group for these partitions (each with its topic's id), by partition
     * name. What others commit under it says nothing about the program. A group that cannot be asked shows nothing; that
     * must not keep a program from its work.
     */
    public Map<String, Position> published(Map<TopicPartition, String> topicIds) {
        Map<String, Position> published = new HashMap<>();
        try {
            cluster.committed(topicIds).forEach((partition, commit) -> {
                if (KafkaPosition.isOf(settings.program(), commit)) {
                    published.put(partition.toString(), Position.of(commit.offset()));
                }
            });
        } catch (MillraceException e) {
            LOG.warn(
                    "{}: whether it was read before cannot be told from the group '{}': {}",
                    settings.owner(),
                    settings.groupId(),
                    e.getMessage());
        }
        return published;
    }

    private Map<TopicPartition, Position> byStart(Map<TopicPartition, String> topicIds) {
        StartAt start = settings.start();
        if (start instanceof StartAt.Earliest) {
            return cluster.beginnings(topicIds);
        }
        Map<TopicPartition, Position> positions = new HashMap<>(cluster.ends(topicIds));
        if (start instanceof StartAt.Group) {
            positions.putAll(byGroup(topicIds));
        }
        if (start instanceof StartAt.Time time) {
            positions.putAll(cluster.since(topicIds, time.instant().toEpochMilli()));
        }
        return positions;
    }

    /** Where the group has got to, of those partitions that it has read. */
    private Map<TopicPartition, Position> byGroup(Map<TopicPartition, String> topicIds) {
        Map<TopicPartition, OffsetAndMetadata> committed = cluster.committed(topicIds);
        Map<TopicPartition, String> read = new LinkedHashMap<>(topicIds);
        read.keySet().retainAll(committed.keySet());
        Map<TopicPartition, Position> positions = new HashMap<>();
        cluster.extents(read).forEach((partition, extent) -> {
            OffsetAndMetadata commit = committed.get(partition);
            if (commit == null) {
                return;
            }
            if (!extent.contains(commit.offset())) {
                throw settings.refused("setting 'start' = group wants " + partition + " read from " + commit.offset()
                        + ", which the group '" + settings.groupId() + "' has committed, but it has " + extent
                        + "; set the group's offset to one of these, or name the place in 'start.positions'");
            }
            positions.put(
                    partition,
                    KafkaPosition.of(commit.offset(), KafkaPosition.topicId(extent.beginning()), commit.leaderEpoch()));
        });
        return positions;
    }

    private Map<TopicPartition, Position> explicit(
            Map<TopicPartition, String> topicIds, Map<TopicPartition, String> wanted) {
        Map<TopicPartition, String> named = new LinkedHashMap<>();
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        settings.startPositions().forEach((name, offset) -> {
            TopicPartition partition = parse(name);
            if (!topicIds.containsKey(partition)) {
                throw settings.refused("setting 'start.positions' names '" + name
                        + "', which is no partition of what is read; there are " + topicIds.keySet());
            }
            String topicId = wanted.get(partition);
            if (topicId != null) {
                named.put(partition, topicId);
                offsets.put(partition, offset);
            }
        });
        Map<TopicPartition, Position> positions = new HashMap<>();
        cluster.extents(named).forEach((partition, extent) -> {
            long offset = offsets.getOrDefault(partition, -1L);
            if (!extent.contains(offset)) {
                throw settings.refused("setting 'start.positions' wants " + partition + " read from " + offset
                        + ", but it has " + extent + "; give one of these");
            }
            positions.put(
                    partition, KafkaPosition.of(offset, KafkaPosition.topicId(extent.beginning()), Optional.empty()));
        });
        return positions;
    }

    private TopicPartition parse(String name) {
        try {
            return KafkaPosition.partition(name);
        } catch (IllegalArgumentException e) {
            throw settings.refused("setting 'start.positions': " + e.getMessage());
        }
    }

    private static void add(Map<String, Position> starts, Map<TopicPartition, Position> positions) {
        positions.forEach((partition, position) -> starts.put(partition.toString(), position));
    }
}
