// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Settings;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLimitsTest {
    private static final long HEAP = 128L << 20;

    private static Settings settings(Map<String, String> given) {
        return EngineOptions.spec().parse("program", given);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 20, 1_000})
    void whatIsNotSetFitsIntoASmallHeapHoweverManyInputsThereAre(int inputs) {
        Settings none = settings(Map.of("state.store", "any"));
        assertThatCode(() -> MemoryLimits.of(none, inputs, HEAP).check("p", none, inputs, HEAP))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 1_000})
    void whatIsSetForEachInputCountsForEach(int inputs) {
        Settings set = settings(Map.of("receiver.max-unacknowledged", "8MiB"));
        assertThatThrownBy(() -> MemoryLimits.of(set, inputs, HEAP).check("p", set, inputs, HEAP))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("receiver.max-unacknowledged = 8388608 for each of " + inputs + " inputs")
                .hasMessageContaining("-Xmx");
    }
}
