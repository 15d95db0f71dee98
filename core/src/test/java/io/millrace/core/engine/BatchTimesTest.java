// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.BatchTimes.Reach;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTimesTest {
    private static final BatchGrid GRID = new BatchGrid(1);

    private static final long NOTHING = Long.MAX_VALUE;

    private static List<Long> times(BatchTimes times, long lastPlanned, long lastWithInput, long tick) {
        List<Long> all = new ArrayList<>();
        long last = lastPlanned;
        while (last < tick) {
            last = times.next(last, lastWithInput, NOTHING, tick);
            all.add(last);
        }
        return all;
    }

    @Test
    void missedTicksAreOneBatch() {
        assertThat(times(new BatchTimes(GRID, List.of(), false), 3, 3, 10)).containsExactly(10L);
        assertThat(new BatchTimes(GRID, List.of(), false).next(Long.MIN_VALUE, Long.MIN_VALUE, NOTHING, 10))
                .isEqualTo(10);
    }

    @Test
    void orEachIsOneIfThatIsAskedFor() {
        assertThat(times(new BatchTimes(GRID, List.of(), true), 3, 3, 6)).containsExactly(4L, 5L, 6L);
    }

    @Test
    void aWindowIsSeenForAsLongAsItHoldsSomething() {
        // seen at 4, 8, 12: (0,4], (2,8], (6,12]; the last input is at 3
        BatchTimes times = new BatchTimes(GRID, List.of(new Reach(6, 4)), false);
        assertThat(times(times, 3, 3, 100)).containsExactly(4L, 8L, 100L);
        assertThat(times(times, 3, 3, 6)).containsExactly(4L, 6L);
        assertThat(times(times, 8, 3, 100)).containsExactly(100L);
    }

    @Test
    void severalWindowsAreAllSeen() {
        BatchTimes times = new BatchTimes(GRID, List.of(new Reach(2, 2), new Reach(9, 3)), false);
        assertThat(times(times, 1, 1, 50)).containsExactly(2L, 3L, 6L, 9L, 50L);
    }

    @Test
    void aWindowIsSeenInWhichSomethingThatWaitsArrived() {
        BatchTimes times = new BatchTimes(GRID, List.of(new Reach(6, 4)), false);
        assertThat(times.next(13, 3, 14, 100)).isEqualTo(16);
        assertThat(times.next(13, 3, 16, 100)).isEqualTo(16);
        assertThat(times.next(13, 3, 45, 100)).isEqualTo(48);
        assertThat(times.next(13, 3, 99, 99)).isEqualTo(99);
        assertThat(times.next(13, 3, 2, 100)).isEqualTo(16);
        assertThat(new BatchTimes(GRID, List.of(), false).next(13, 3, 14, 100)).isEqualTo(100);
    }
}
