// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClauseNameTest {
    @Test
    void aNameSaysTheClauseAndWhatIsTested() {
        assertThat(ClauseName.of("required_wal_31_rollingBeginsANewSegment", "W"))
                .isEqualTo(new ClauseName("W-31", true, "rolling begins a new segment"));
        assertThat(ClauseName.of("optional_receiver_10_saysWhenIdle", "R"))
                .isEqualTo(new ClauseName("R-10", false, "says when idle"));
        assertThat(ClauseName.of("stochastic_wal_12_13_anything", "W"))
                .isEqualTo(new ClauseName("W-12, W-13", true, "anything"));
    }

    @Test
    void aNameWithoutAClauseIsShownAsItIs() {
        assertThat(ClauseName.of("somethingElse", "W")).isEqualTo(new ClauseName("-", true, "something else"));
    }
}
