// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Test
    void dividesByWeightAndKeepsTheOrderWithinAPart() {
        List<List<Long>> parts = Split.evenly(List.of(5L, 1L, 4L, 2L), weight -> weight, 2);
        assertThat(parts).containsExactly(List.of(5L, 1L), List.of(4L, 2L));
    }

    @Test
    void makesNoEmptyParts() {
        assertThat(Split.evenly(List.of(3L), weight -> weight, 4)).containsExactly(List.of(3L));
        assertThat(Split.evenly(List.<Long>of(), weight -> weight, 4)).isEmpty();
    }
}
