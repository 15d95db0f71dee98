// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateControllerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void sizesBatchesByWhatWasAchieved() {
        RateController rate = new RateController(SECOND, 100_000, 0);
        rate.completed(100_000, Duration.ofMillis(500));
        assertThat(rate.limit()).isEqualTo(230_000);
        rate.completed(230_000, Duration.ofMillis(2_300));
        assertThat(rate.limit()).isEqualTo(115_000);
    }

    @Test
    void growsFourfoldAtMost() {
        RateController rate = new RateController(SECOND, 10_000, 0);
        rate.completed(10_000, Duration.ofMillis(1));
        assertThat(rate.limit()).isEqualTo(40_000);
    }

    @Test
    void expectsWhatBecomesFasterToGoOnSo() {
        RateController rate = new RateController(SECOND, 100_000, 0);
        rate.completed(100_000, SECOND);
        assertThat(rate.limit()).isEqualTo(115_000);
        rate.completed(115_000, Duration.ofMillis(767));
        assertThat(rate.limit()).isBetween(250_000L, 260_000L);
    }

    @Test
    void readsLittleFirst() {
        assertThat(new RateController(SECOND, 1_000_000, 0).first()).isEqualTo(20_000);
        assertThat(new RateController(SECOND, 10_000, 0).first()).isEqualTo(1_000);
        assertThat(new RateController(SECOND, 1_000, 500).first()).isEqualTo(500);
    }

    @Test
    void learnsNothingFromASourceThatHadNoMore() {
        RateController rate = new RateController(SECOND, 10_000, 0);
        rate.completed(5_000, Duration.ofMillis(100));
        assertThat(rate.limit()).isEqualTo(10_000);
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
