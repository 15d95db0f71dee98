// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusLayoutTest {
    private static final Status STATUS = new Status(
            Status.Phase.PRODUCING,
            Duration.ofSeconds(12),
            Duration.ofSeconds(30),
            1_234_567_890,
            1_234_560_000,
            199_999.6,
            198_000,
            123_456,
            new Status.LastBatch(40_000, 1.25, 12.5),
            31,
            3,
            List.of(Map.entry("water", 31_204L), Map.entry("wheel", 15_602L)));

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 81, 200})
    void noLineIsWiderThanTheTerminal(int columns) {
        try (StatusLayout layout =
                new StatusLayout("Millrace demo: word count, kafka-reliable, and so on and so on", true)) {
            assertThat(layout.lines(STATUS, columns))
                    .allSatisfy(line -> assertThat(line.columnLength()).isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void showsWhatMattersOnEightyColumns() {
        try (StatusLayout layout = new StatusLayout("Millrace demo", true)) {
            List<String> lines = layout.lines(STATUS, 80).stream()
                    .map(AttributedString::toString)
                    .toList();
            assertThat(lines).hasSizeLessThanOrEqualTo(23);
            assertThat(String.join("\n", lines))
                    .contains("Millrace demo", "producing", "1,234,567,890", "7,890", "200,000", "12.5 ms", "31,204");
        }
    }

    @Test
    void theScreenHasTheSameHeightWithoutWords() {
        Status empty = new Status(
                Status.Phase.PRODUCING,
                Duration.ZERO,
                Duration.ofSeconds(30),
                0,
                0,
                0,
                0,
                0,
                new Status.LastBatch(0, 0, 0),
                0,
                0,
                List.of());
        try (StatusLayout layout = new StatusLayout("Millrace demo", true)) {
            assertThat(layout.lines(empty, 80)).hasSameSizeAs(layout.lines(STATUS, 80));
        }
    }

    @Test
    void needsOnlyAsciiWhereThereIsNoMore() {
        try (StatusLayout layout = new StatusLayout("Millrace demo", false)) {
            assertThat(layout.lines(STATUS, 80))
                    .allSatisfy(line -> assertThat(line.toString()).matches("\\p{ASCII}*"));
        }
    }
}
