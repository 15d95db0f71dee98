// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    @Test
    void oneThatChangesIsToldEachTimeAndLoggedOnceAMinute() {
        ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
        List<StreamingEvent> told = new ArrayList<>();
        Conditions conditions = new Conditions("p", clock, told::add);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            for (int i = 0; i < 90; i++) {
                conditions.raise(Conditions.BATCH_LIMIT, "the log", Duration.ZERO, "waits: " + i);
                clock.advance(Duration.ofSeconds(1));
            }
            conditions.clear(Conditions.BATCH_LIMIT, "the log");
        } finally {
            System.setErr(before);
        }
        assertThat(told).hasSize(91);
        assertThat(said.toString(UTF_8).lines().filter(line -> line.contains("waits: ")))
                .satisfiesExactly(
                        first -> assertThat(first).endsWith("waits: 0"),
                        second -> assertThat(second).endsWith("waits: 60"));
    }
}
