// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class IdleWatchTest {
    private static final TopicPartition PARTITION = new TopicPartition("lines", 0);
    private static final Set<TopicPartition> PARTITIONS = Set.of(PARTITION);
    private static final long QUIET = IdleWatch.QUIET.toNanos();

    private final List<String> told = new ArrayList<>();
    private OptionalLong lag = OptionalLong.of(0);
    private final IdleWatch watch =
            new IdleWatch(partition -> lag, (partition, idle) -> told.add(partition + " " + idle));

    @Test
    void a_partition_is_idle_when_it_was_quiet_for_a_while() {
        watch.check(PARTITIONS, 0);
        watch.check(PARTITIONS, QUIET - 1);
        assertThat(told).isEmpty();
        watch.check(PARTITIONS, QUIET);
        watch.check(PARTITIONS, QUIET + 1);
        assertThat(told).containsExactly("lines-0 true");
    }

    @Test
    void a_record_ends_it() {
        watch.check(PARTITIONS, 0);
        watch.check(PARTITIONS, QUIET);
        watch.polled(PARTITIONS, QUIET + 1);
        watch.check(PARTITIONS, QUIET + 2);
        assertThat(told).containsExactly("lines-0 true", "lines-0 false");
    }

    @Test
    void a_partition_that_is_behind_is_not_idle() {
        lag = OptionalLong.of(1);
        watch.check(PARTITIONS, 0);
        watch.check(PARTITIONS, QUIET);
        lag = OptionalLong.empty();
        watch.check(PARTITIONS, 2 * QUIET);
        assertThat(told).isEmpty();
    }
}
