// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** Tells which partitions have had nothing to read for a while although they were read to their end. */
final class IdleWatch {
    /** How long a partition is quiet before it is called idle. */
    static final Duration QUIET = Duration.ofSeconds(1);

    private final Function<TopicPartition, OptionalLong> lag;
    private final Report report;
    private final Map<TopicPartition, Long> lastRecord = new HashMap<>();
    private final Map<TopicPartition, Boolean> idle = new HashMap<>();

    /** Where changes go. */
    interface Report {
        void idle(String partition, boolean idle);
    }

    IdleWatch(Function<TopicPartition, OptionalLong> lag, Report report) {
        this.lag = lag;
        this.report = report;
    }

    /** Records of these partitions were polled. */
    void polled(Set<TopicPartition> partitions, long nowNanos) {
        for (TopicPartition partition : partitions) {
            lastRecord.put(partition, nowNanos);
            change(partition, false);
        }
    }

    /** Looks at the partitions that are read. */
    void check(Set<TopicPartition> partitions, long nowNanos) {
        for (TopicPartition partition : partitions) {
            long quiet = nowNanos - lastRecord.computeIfAbsent(partition, key -> nowNanos);
            if (quiet >= QUIET.toNanos() && lag.apply(partition).orElse(1) == 0) {
                change(partition, true);
            }
        }
    }

    private void change(TopicPartition partition, boolean now) {
        Boolean before = idle.put(partition, now);
        if (now != Boolean.TRUE.equals(before)) {
            report.idle(partition.toString(), now);
        }
    }
}
