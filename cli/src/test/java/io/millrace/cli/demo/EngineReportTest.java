// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EngineReportTest {
    static Stream<EngineReport> reports() {
        return Stream.of(
                new EngineReport.Recovered(12, 3, 1, 40),
                new EngineReport.Started(2),
                new EngineReport.BatchDone(1_700_000_000_000L, 1_000, 0.5, 12.25),
                new EngineReport.Trouble("receiver 'lines': a \"quoted\"\nmessage"),
                new EngineReport.Stopped(true),
                new EngineReport.Failed("EXTERNAL_SYSTEM", "broker is gone"));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void aReportIsOneLineAndComesBackAsItWas(EngineReport report) {
        String line = EngineReport.Format.line(report);
        assertThat(line).doesNotContain("\n");
        assertThat(EngineReport.Format.parse(line)).contains(report);
    }

    @Test
    void whatIsNoReportIsPassedOver() {
        assertThat(EngineReport.Format.parse("Time: 12:00")).isEmpty();
        assertThat(EngineReport.Format.parse("{\"event\":\"unheard-of\"}")).isEmpty();
        assertThat(EngineReport.Format.parse("")).isEmpty();
    }
}
