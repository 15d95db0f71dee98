// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecoveryProgressTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void saysHowMuchHowFastAndHowLongStill() {
        try (RecoveryProgress progress = new RecoveryProgress("p", "state", 512 << 20, clock, new Cancellation("p"))) {
            clock.advance(Duration.ofSeconds(2));
            assertThat(progress.line()).isEqualTo("state, 0 of 512 MiB, 0 MiB/s");
            progress.add(120 << 20);
            assertThat(progress.line()).isEqualTo("state, 120 of 512 MiB, 60 MiB/s, about 7 s left");
            clock.advance(Duration.ofSeconds(30));
            assertThat(clock.pending()).isOne(); // it goes on
        }
        assertThat(clock.pending()).isZero();
    }
}
