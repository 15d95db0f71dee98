// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedTest {
    @Test
    void aRoundTouchesEachKeyOnce() {
        assertThat(IntStream.range(70, 80).map(index -> Keyed.ROUND.key(index, 10)))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void mixedKeysAreAllUsed() {
        assertThat(IntStream.range(0, 10_000)
                        .map(index -> Keyed.MIXED.key(index, 100))
                        .distinct()
                        .count())
                .isEqualTo(100);
    }

    @Test
    void theAnswerIsOfTheKeysTouchedAndOfAllThatIsInTheTotals() {
        long expected = Keyed.name(0).hashCode() * (Keyed.amount(0) + Keyed.amount(3))
                + Keyed.name(1).hashCode() * (Keyed.amount(1) + Keyed.amount(4));

        assertThat(Keyed.ROUND.checksum(0, 3, 5, 3)).isEqualTo(expected);
    }
}
