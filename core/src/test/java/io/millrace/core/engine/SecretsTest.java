// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.sink.SinkTarget;
import io.millrace.api.source.Source;
import io.millrace.spi.engine.ContextOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Descriptions that hold settings show which there are and none of their values. */
class SecretsTest {
    private static final String CANARY = "canary-4711";
    private static final Map<String, String> SETTINGS = Map.of("user", "me", "password", CANARY);

    @Test
    void noSettingIsShownByWhatHoldsIt() {
        SinkTarget<String> target = new SinkTarget<>("jdbc", SETTINGS);
        Source<String> source = new Source<>("in", "kafka", SETTINGS, () -> record -> "");
        ContextOptions options =
                new ContextOptions("p", Duration.ofSeconds(1), null, null, null, SETTINGS, List.of(), null, List.of());
        assertThat(List.of(target.toString(), source.toString(), options.toString()))
                .allSatisfy(shown ->
                        assertThat(shown).contains("settings=[password, user]").doesNotContain(CANARY));
    }
}
