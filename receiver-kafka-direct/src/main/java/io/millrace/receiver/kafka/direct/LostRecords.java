// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.DataLoss;
import io.millrace.receiver.kafka.common.Extent;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.receiver.kafka.common.Loss;
import io.millrace.spi.direct.Remains;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka no longer has of what a program is to read after a restart: records that retention took, a log that was truncated
 * (an unclean election of a leader), a topic that was deleted or made anew under its name.
 */
final class LostRecords {
    private static final String CHOICE =
            "; set 'on.data.loss' = report to go on without what is lost, or give the stream a new name to begin anew";
    private static final String CHOSEN =
            "; 'on.data.loss' = report goes on without what is lost at the next start: start the program again";

    private final KafkaSettings settings;
    private final Cluster cluster;
    private final DataLoss policy;
    private final Supplier<Map<TopicPartition, String>> topicIds;

    /**
     * Asks {@code cluster}.
     *
     * @param topicIds the partitions that there are, each with its topic's id
     */
    LostRecords(
            KafkaSettings settings, Cluster cluster, DataLoss policy, Supplier<Map<TopicPartition, String>> topicIds) {
        this.settings = settings;
        this.cluster = cluster;
        this.policy = policy;
        this.topicIds = topicIds;
    }

    /** The end of an error about them: what to do. */
    String choice() {
        return policy == DataLoss.REPORT ? CHOSEN : CHOICE;
    }

    /** Divides the ranges of a batch into what can be read and what cannot. */
    Remains remains(List<OffsetRange> planned) {
        Map<TopicPartition, String> asked = new LinkedHashMap<>(topicIds.get());
        Set<TopicPartition> wanted = planned.stream()
                .map(range -> KafkaPosition.partition(range.partition()))
                .collect(Collectors.toSet());
        asked.keySet().retainAll(wanted);
        Map<TopicPartition, Extent> extents = cluster.extents(asked);
        Map<TopicPartition, Position> same = divergences(planned, extents);
        List<OffsetRange> ranges = new ArrayList<>();
        List<OffsetRange> lost = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (OffsetRange range : planned) {
            Extent extent = extents.get(KafkaPosition.partition(range.partition()));
            int before = lost.size();
            Position diverged = same.get(KafkaPosition.partition(range.partition()));
            divide(range, extent, diverged, ranges, lost);
            if (lost.size() > before) {
                reasons.add(reason(range, extent, diverged));
            }
        }
        if (!lost.isEmpty() && policy == DataLoss.FAIL) {
            throw settings.refused(String.join("; ", reasons) + CHOICE);
        }
        return new Remains(ranges, lost);
    }

    /** Of partitions whose leader has changed since a batch was planned, up to where they are what was read. */
    private Map<TopicPartition, Position> divergences(List<OffsetRange> planned, Map<TopicPartition, Extent> extents) {
        Map<TopicPartition, Position> toCompare = new LinkedHashMap<>();
        for (OffsetRange range : planned) {
            TopicPartition partition = KafkaPosition.partition(range.partition());
            Extent extent = extents.get(partition);
            if (extent != null && !madeAnew(range, extent)) {
                if (KafkaPosition.isOfEarlierLeader(range.until(), extent.end())) {
                    toCompare.put(partition, range.until());
                } else if (KafkaPosition.isOfEarlierLeader(range.from(), extent.end())
                        && range.from().number() >= extent.beginning().number()) {
                    toCompare.put(partition, range.from());
                }
            }
        }
        return cluster.divergences(toCompare);
    }

    /**
     * Divides a range.
     *
     * @param diverged up to where the log is what the range was planned of; null if it is that at all
     */
    private static void divide(
            OffsetRange range,
            @Nullable Extent extent,
            @Nullable Position diverged,
            List<OffsetRange> ranges,
            List<OffsetRange> lost) {
        if (extent == null || madeAnew(range, extent)) {
            lost.add(range);
            return;
        }
        if (diverged != null
                && diverged.number() < range.from().number()
                && !KafkaPosition.isOfEarlierLeader(range.until(), extent.end())) {
            // it was planned of the new log, behind what nobody has read of that
            ranges.add(new OffsetRange(
                    range.partition(), diverged, range.until(), range.until().number() - diverged.number()));
            lost.add(new OffsetRange(range.partition(), range.from(), diverged, 0));
            return;
        }
        Position last = diverged == null ? extent.end() : diverged;
        Position from = later(range.from(), extent.beginning());
        Position until = range.until().number() <= last.number() ? range.until() : last;
        if (from.number() >= until.number()) {
            lost.add(range);
            return;
        }
        add(lost, range.partition(), range.from(), from);
        add(ranges, range.partition(), from, until);
        add(lost, range.partition(), until, range.until());
    }

    private static boolean madeAnew(OffsetRange range, Extent extent) {
        return KafkaPosition.ofAnotherTopic(range.from(), KafkaPosition.topicId(extent.end()));
    }

    private static Position later(Position one, Position other) {
        return one.number() >= other.number() ? one : other;
    }

    private static void add(List<OffsetRange> to, String partition, Position from, Position until) {
        long records = until.number() - from.number();
        if (records > 0) {
            to.add(new OffsetRange(partition, from, until, records));
        }
    }

    private static String reason(OffsetRange range, @Nullable Extent extent, @Nullable Position diverged) {
        String why;
        if (extent == null) {
            why = "its topic was deleted";
        } else if (madeAnew(range, extent)) {
            why = "its topic was deleted and made anew";
        } else if (diverged != null) {
            why = "its log was truncated and differs from what was read from offset " + diverged.number()
                    + " on; available are " + extent;
        } else {
            why = "available are " + extent;
        }
        return "a batch is to read " + range.partition() + " from offset "
                + range.from().number() + " to " + range.until().number() + ", which Kafka no longer has: " + why;
    }

    /** What lies between where reading was to go on and where it can. */
    List<OffsetRange> gaps(Map<String, Position> known) {
        List<Loss> losses = Loss.find(cluster, topicIds.get(), known);
        if (!losses.isEmpty() && policy == DataLoss.FAIL) {
            throw settings.refused(losses.stream().map(Loss::toString).collect(Collectors.joining("; ")) + CHOICE);
        }
        return losses.stream().map(Loss::range).toList();
    }
}
