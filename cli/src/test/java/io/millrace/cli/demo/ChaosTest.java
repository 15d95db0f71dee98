// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosTest {
    @Test
    void noneNeverStrikes() {
        assertThat(strikes(Chaos.none(), Duration.ofMinutes(1), true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 30})
    void strikesAtLeastThreeTimesWhileLinesAreProduced(long seconds) {
        Chaos chaos = Chaos.over(Duration.ofSeconds(seconds), 7);
        assertThat(strikes(chaos, Duration.ofSeconds(seconds), true)).hasSize(3);
        assertThat(chaos.left()).isZero();
        assertThat(chaos.kills()).isEqualTo(3);
    }

    @Test
    void strikesMoreOftenInLongerRuns() {
        assertThat(Chaos.over(Duration.ofMinutes(2), 7).left()).isEqualTo(12);
    }

    @Test
    void theSameSeedStrikesAtTheSameMoments() {
        Duration producing = Duration.ofSeconds(60);
        assertThat(strikes(Chaos.over(producing, 3), producing, true))
                .isEqualTo(strikes(Chaos.over(producing, 3), producing, true))
                .isNotEqualTo(strikes(Chaos.over(producing, 4), producing, true));
    }

    @Test
    void theFirstStrikeWaitsUntilDataIsUnderWay() {
        Chaos chaos = Chaos.over(Duration.ofSeconds(30), 1);
        assertThat(strikes(chaos, Duration.ofSeconds(30), false)).isEmpty();
        Duration late = Duration.ofSeconds(31);
        assertThat(chaos.strike(late, late, true)).isTrue();
        assertThat(chaos.strike(late, Duration.ofMillis(100), false)).isFalse();
        assertThat(chaos.strike(late, Duration.ofSeconds(4), false)).isTrue();
        assertThat(chaos.strike(late, late, false)).isFalse();
    }

    private static List<Long> strikes(Chaos chaos, Duration until, boolean counting) {
        List<Long> moments = new ArrayList<>();
        for (long millis = 0; millis <= until.toMillis(); millis += 10) {
            if (chaos.strike(Duration.ofMillis(millis), Duration.ofSeconds(4), counting)) {
                moments.add(millis);
            }
        }
        return moments;
    }
}
