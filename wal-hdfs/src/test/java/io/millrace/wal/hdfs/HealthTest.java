// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final long FAST = Duration.ofMillis(5).toNanos();
    private static final long SLOW = Duration.ofMillis(300).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Health health = new Health(3);

    @Test
    void aSegmentIsLeftWhenItLosesADatanode() {
        health.begun(3, 0);
        assertThat(health.ailing(FAST, 3, SECOND)).isFalse();
        assertThat(health.ailing(FAST, 2, 2 * SECOND)).isTrue();
    }

    @Test
    void aClusterThatHasNoMoreIsAskedOnceAMinute() {
        health.begun(3, 0);
        assertThat(health.ailing(FAST, 2, SECOND)).isTrue();
        health.begun(2, 2 * SECOND);
        assertThat(health.ailing(FAST, 2, 3 * SECOND)).isFalse();
        assertThat(health.ailing(FAST, 2, 60 * SECOND)).isFalse();
        assertThat(health.ailing(FAST, 2, 62 * SECOND)).isTrue();
        assertThat(health.ailing(FAST, 3, 200 * SECOND)).isFalse();
    }

    @Test
    void aSegmentIsLeftWhenItIsSlowForLong() {
        health.begun(3, 0);
        for (int i = 1; i < 100; i++) {
            assertThat(health.ailing(SLOW, 3, i * SECOND / 2)).isFalse();
        }
        assertThat(health.ailing(SLOW, 3, 50 * SECOND)).isTrue();
        health.begun(3, 50 * SECOND);
        assertThat(health.ailing(SLOW, 3, 51 * SECOND)).isFalse();
    }
}
