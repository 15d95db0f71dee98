// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that were to be read next and that Kafka no longer has.
 *
 * @param partition where
 * @param wanted where reading was to go on
 * @param extent what the partition holds
 * @param why what became of it
 * @param on where reading can go on
 */
public record Loss(TopicPartition partition, Position wanted, Extent extent, Why why, Position on) {

    /** What became of a partition. */
    public enum Why {
        /** Its first records were deleted. */
        RETENTION,
        /** Its last records were lost by an election, and others may be in their place. */
        TRUNCATION,
        /** Its topic was deleted and made again under its name. */
        MADE_ANEW
    }

    /**
     * Compares where reading is to go on with what there is. The offsets of {@code positions} were taken before this asks:
     * a log that is only written since is no loss.
     *
     * @param topicIds the partitions to look at, each with its topic's id
     */
    public static List<Loss> find(
            Cluster cluster, Map<TopicPartition, String> topicIds, Map<String, Position> positions) {
        Map<TopicPartition, String> known = new LinkedHashMap<>(topicIds);
        known.keySet().removeIf(partition -> !positions.containsKey(partition.toString()));
        List<Loss> losses = new ArrayList<>();
        Map<TopicPartition, Extent> toCompare = new LinkedHashMap<>();
        cluster.extents(known).forEach((partition, extent) -> {
            Position wanted = positions.get(partition.toString());
            if (wanted == null) {
                return;
            }
            if (KafkaPosition.ofAnotherTopic(wanted, KafkaPosition.topicId(extent.end()))) {
                losses.add(new Loss(partition, wanted, extent, Why.MADE_ANEW, extent.beginning()));
            } else if (wanted.number() < extent.beginning().number()) {
                losses.add(new Loss(partition, wanted, extent, Why.RETENTION, extent.beginning()));
            } else if (KafkaPosition.isOfEarlierLeader(wanted, extent.end())) {
                toCompare.put(partition, extent);
            } else if (wanted.number() > extent.end().number()) {
                losses.add(new Loss(partition, wanted, extent, Why.TRUNCATION, extent.end()));
            }
        });
        losses.addAll(compared(cluster, toCompare, positions));
        return losses;
    }

    /** Those of which the log is no longer what was read. */
    private static List<Loss> compared(
            Cluster cluster, Map<TopicPartition, Extent> extents, Map<String, Position> positions) {
        Map<TopicPartition, Position> wanted = new LinkedHashMap<>();
        extents.keySet()
                .forEach(partition ->
                        wanted.put(partition, positions.getOrDefault(partition.toString(), Position.of(0))));
        List<Loss> losses = new ArrayList<>();
        cluster.divergences(wanted).forEach((partition, same) -> {
            Extent extent = extents.get(partition);
            Position position = wanted.get(partition);
            if (extent != null && position != null) {
                Position on = same.number() < extent.beginning().number() ? extent.beginning() : same;
                losses.add(new Loss(partition, position, extent, Why.TRUNCATION, on));
            }
        });
        return losses;
    }

    /** From where reading was to go on to where it can, with the number of records that this passes over. */
    public OffsetRange range() {
        long records = why == Why.MADE_ANEW ? 0 : Math.max(0, on.number() - wanted.number());
        return new OffsetRange(partition.toString(), wanted, on, records);
    }

    /** What a person is told. */
    @Override
    public String toString() {
        String reason = switch (why) {
            case MADE_ANEW -> ", but its topic was deleted and made anew";
            case RETENTION -> ", which Kafka no longer has (retention)";
            case TRUNCATION ->
                ", but its log was truncated and differs from what was read from offset " + on.number() + " on";
        };
        return partition + " was to be read on from offset " + wanted.number() + reason + "; available are " + extent;
    }
}
