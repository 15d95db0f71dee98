// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.workload.Workload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SliceTallyTest {
    private static final int RECORDS = 30_000;
    private static final int OFFSET = 7;

    @ParameterizedTest
    @EnumSource
    void givesTheAnswerOnSlicesOfALargerArray(Workload workload) {
        SliceTally tally = SliceTally.of(workload);
        byte[] buffer = new byte[256];
        for (int index = 0; index < RECORDS; index++) {
            byte[] value = workload.record(index);
            System.arraycopy(value, 0, buffer, OFFSET, value.length);
            tally.add(buffer, OFFSET, value.length);
        }

        assertThat(tally.checksum()).isEqualTo(workload.checksum(RECORDS));
    }
}
