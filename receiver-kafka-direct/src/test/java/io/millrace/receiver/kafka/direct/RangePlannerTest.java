// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RangePlannerTest {
    @Test
    void R24_everything_is_planned_if_the_limit_allows() {
        assertThat(records(Map.of("a-0", 5L, "a-1", 7L), 12)).isEqualTo(Map.of("a-0", 5L, "a-1", 7L));
        assertThat(records(Map.of("a-0", 5L, "a-1", 7L), Long.MAX_VALUE)).isEqualTo(Map.of("a-0", 5L, "a-1", 7L));
    }

    @Test
    void the_limit_is_divided_in_proportion() {
        assertThat(records(Map.of("a-0", 100L, "a-1", 300L), 40)).isEqualTo(Map.of("a-0", 10L, "a-1", 30L));
    }

    @Test
    void R24_a_partition_that_is_little_behind_does_not_starve() {
        assertThat(records(Map.of("a-0", 1L, "a-1", 1_000_000L), 100)).isEqualTo(Map.of("a-0", 1L, "a-1", 99L));
    }

    @Test
    void R24_a_limit_that_is_not_enough_for_all_goes_to_those_furthest_behind() {
        assertThat(records(Map.of("a-0", 3L, "a-1", 9L, "a-2", 6L), 2)).isEqualTo(Map.of("a-1", 1L, "a-2", 1L));
    }

    @Test
    void nothing_is_planned_without_a_limit() {
        assertThat(records(Map.of("a-0", 3L), 0)).isEmpty();
    }

    @Test
    void what_is_read_to_its_end_or_unknown_is_left_out() {
        Map<String, Position> from = Map.of("a-0", Position.of(5), "a-1", Position.of(9), "a-2", Position.of(1));
        Map<String, Position> ends = Map.of("a-0", Position.of(5), "a-1", Position.of(7), "a-3", Position.of(8));

        assertThat(RangePlanner.plan(from, ends, 100)).isEmpty();
    }

    @Test
    void a_range_ends_with_what_is_known_of_the_end() {
        Map<String, Position> from = Map.of("a-0", new Position(5, "1:id@1"));
        Map<String, Position> ends = Map.of("a-0", new Position(20, "1:id@2"));

        assertThat(RangePlanner.plan(from, ends, 10))
                .containsExactly(new OffsetRange("a-0", new Position(5, "1:id@1"), new Position(15, "1:id@2"), 10));
    }

    @Test
    void lags_may_be_huge() {
        Map<String, Long> planned = records(Map.of("a-0", Long.MAX_VALUE / 4, "a-1", Long.MAX_VALUE / 4), 1L << 60);

        assertThat(planned.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1L << 60);
        assertThat(planned.values())
                .allSatisfy(records -> assertThat(records).isCloseTo(1L << 59, Percentage.withPercentage(0.001)));
    }

    @RepeatedTest(200)
    void R24_the_limit_is_used_up_and_nobody_gets_more_than_there_is(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Map<String, Long> lags = new HashMap<>();
        int partitions = 1 + random.nextInt(20);
        for (int i = 0; i < partitions; i++) {
            lags.put("a-" + i, (long) Math.pow(10, random.nextDouble() * 9));
        }
        long total = lags.values().stream().mapToLong(Long::longValue).sum();
        long limit = (long) (total * random.nextDouble());

        Map<String, Long> planned = records(lags, limit);

        assertThat(planned.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(limit);
        planned.forEach((partition, records) -> assertThat(records).isBetween(1L, lags.getOrDefault(partition, 0L)));
        if (limit >= partitions) {
            assertThat(planned).hasSize(partitions);
        }
    }

    private static Map<String, Long> records(Map<String, Long> lags, long limit) {
        Map<String, Position> from = new HashMap<>();
        Map<String, Position> ends = new HashMap<>();
        lags.forEach((partition, lag) -> {
            from.put(partition, Position.of(1_000));
            ends.put(partition, Position.of(1_000 + lag));
        });
        List<OffsetRange> ranges = new ArrayList<>(RangePlanner.plan(from, ends, limit));
        assertThat(ranges).extracting(OffsetRange::partition).isSorted();
        Map<String, Long> records = new HashMap<>();
        ranges.forEach(range -> {
            assertThat(range.until().number() - range.from().number()).isEqualTo(range.records());
            records.put(range.partition(), range.records());
        });
        return records;
    }
}
