// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateControllerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void doublesWhileBatchesAreLimitedAndQuick() {
        RateController rate = new RateController(SECOND, 10_000, 0);
        rate.completed(10_000, Duration.ofMillis(100));
        assertThat(rate.limit()).isEqualTo(20_000);
        rate.completed(5_000, Duration.ofMillis(100));
        assertThat(rate.limit()).as("the source had no more").isEqualTo(20_000);
    }

    @Test
    void fallsToWhatWasAchieved() {
        RateController rate = new RateController(SECOND, 100_000, 0);
        rate.completed(100_000, Duration.ofSeconds(4));
        assertThat(rate.limit()).isEqualTo(25_000);
        rate.completed(25_000, SECOND);
        assertThat(rate.limit()).isEqualTo(25_000);
    }

    @Test
    void staysWithinItsBounds() {
        RateController rate = new RateController(SECOND, 10_000, 12_000);
        rate.completed(10_000, Duration.ofMillis(1));
        assertThat(rate.limit()).isEqualTo(12_000);
        rate.completed(12_000, Duration.ofHours(1));
        assertThat(rate.limit()).isEqualTo(1_000);
    }
}
