// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlockArraysTest {
    @Test
    void an_array_has_room_and_is_a_power_of_two() {
        BlockArrays arrays = new BlockArrays(0, false);
        assertThat(arrays.take(1)).hasSize(4_096);
        assertThat(arrays.take(4_096)).hasSize(4_096);
        assertThat(arrays.take(4_097)).hasSize(8_192);
        assertThat(arrays.take(1 << 24)).hasSize(1 << 24);
        assertThat(arrays.take((1 << 24) + 1)).hasSize((1 << 24) + 1);
    }

    @Test
    void an_array_that_was_given_back_is_lent_again() {
        BlockArrays arrays = new BlockArrays(1 << 20, false);
        byte[] array = arrays.take(10_000);
        arrays.giveBack(array);
        assertThat(arrays.take(100)).isNotSameAs(array);
        assertThat(arrays.take(9_000)).isSameAs(array);
        assertThat(arrays.take(9_000)).isNotSameAs(array);
    }

    @Test
    void no_more_is_kept_than_allowed() {
        BlockArrays arrays = new BlockArrays(10_000, false);
        arrays.giveBack(new byte[8_192]);
        arrays.giveBack(new byte[4_096]);
        arrays.giveBack(new byte[5_000]);
        arrays.giveBack(new byte[0]);
        assertThat(arrays.kept()).isEqualTo(8_192);
        arrays.take(8_192);
        assertThat(arrays.kept()).isZero();
    }

    @Test
    void under_test_an_array_that_was_given_back_is_poisoned() {
        byte[] array = new byte[8_192];
        new BlockArrays(0, true).giveBack(array);
        byte[] poison = new byte[8_192];
        Arrays.fill(poison, BlockArrays.POISON);
        assertThat(array).isEqualTo(poison);
    }
}
