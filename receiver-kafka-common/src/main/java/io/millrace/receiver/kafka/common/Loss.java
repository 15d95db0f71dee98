// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

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
 * @param topicMadeAnew whether the topic was deleted and made again under its name
 */
public record Loss(TopicPartition partition, Position wanted, Extent extent, boolean topicMadeAnew) {

    /** Compares where reading is to go on with what there is. */
    public static List<Loss> find(
            Cluster cluster, Map<TopicPartition, String> topicIds, Map<String, Position> positions) {
        Map<TopicPartition, String> known = new LinkedHashMap<>(topicIds);
        known.keySet().removeIf(partition -> !positions.containsKey(partition.toString()));
        List<Loss> losses = new ArrayList<>();
        cluster.extents(known).forEach((partition, extent) -> {
            Position wanted = positions.get(partition.toString());
            if (wanted != null) {
                boolean madeAnew = KafkaPosition.ofAnotherTopic(wanted, KafkaPosition.topicId(extent.end()));
                if (madeAnew || !extent.contains(wanted.number())) {
                    losses.add(new Loss(partition, wanted, extent, madeAnew));
                }
            }
        });
        return losses;
    }

    /** What a person is told. */
    @Override
    public String toString() {
        String why = topicMadeAnew
                ? ", but its topic was deleted and made anew"
                : wanted.number() < extent.beginning().number()
                        ? ", which Kafka no longer has (retention)"
                        : ", which Kafka does not have (its log was truncated)";
        return partition + " was to be read on from offset " + wanted.number() + why + "; available are " + extent;
    }
}
