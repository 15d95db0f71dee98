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
     * @throws MillraceException if {@code start.positions} names a place that is not there, or if nothing is known
     *     although the group's offsets show that this program has read before
     */
    public Map<String, Position> resolve(Map<TopicPartition, String> topicIds, Map<String, Position> known) {
        if (known.isEmpty() && !settings.acceptLostState()) {
            refuseLostState(topicIds.keySet());
        }
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

    /** A group that cannot be asked shows nothing; that must not keep a program from its work. */
    private void refuseLostState(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> committed;
        try {
            committed = cluster.committed(partitions);
        } catch (MillraceException e) {
            LOG.warn("whether this program has read before cannot be told from its group: {}", e.getMessage());
            return;
        }
        if (!committed.isEmpty()) {
            throw settings.refused("the ledger knows nothing of this stream, but the group '" + settings.groupId()
                    + "' has committed " + committed + ": this program has read it before. Start it with the checkpoint"
                    + " of then, or set 'accept.lost.state' = true to begin anew by 'start'");
        }
    }

    private Map<TopicPartition, Position> byStart(Map<TopicPartition, String> topicIds) {
        StartAt start = settings.start();
        if (start instanceof StartAt.Earliest) {
            return cluster.beginnings(topicIds);
        }
        Map<TopicPartition, Position> positions = new HashMap<>(cluster.ends(topicIds));
        if (start instanceof StartAt.Time time) {
            positions.putAll(cluster.since(topicIds, time.instant().toEpochMilli()));
        }
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
