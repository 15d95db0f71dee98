// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.source.Source;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows by the clock: so many a second, the same ones in every run. */
class RateInputTest {
    private static final Instant BEGIN = Instant.ofEpochSecond(1_000);

    @TempDir
    Path checkpoint;

    private final ManualClock clock = new ManualClock(BEGIN);
    private final Map<Long, List<Object>> batches = new TreeMap<>();

    @Test
    void eachSecondHasItsRows() {
        try (StreamingContext context = start(RateInput.rowsPerSecond(10).numbers())) {
            tick(1_001);
            tick(1_002);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(batches.get(1_001L)).containsExactlyElementsOf(numbers(0, 10));
        assertThat(batches.get(1_002L)).containsExactlyElementsOf(numbers(10, 20));
    }

    @Test
    void rowsOfSeveralPartitionsAreAllOfThemOnce() {
        try (StreamingContext context =
                start(RateInput.rowsPerSecond(10).partitions(3).numbers())) {
            tick(1_001);
            tick(1_002);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(batches.get(1_001L)).containsExactlyInAnyOrderElementsOf(numbers(0, 10));
        assertThat(batches.get(1_002L)).containsExactlyInAnyOrderElementsOf(numbers(10, 20));
    }

    @Test
    void rowsHaveTheTimesAtWhichTheyWereDue() {
        try (StreamingContext context = start(RateInput.rowsPerSecond(4).rows())) {
            tick(1_001);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(batches.get(1_001L))
                .containsExactly(
                        new RateInput.Row(0, BEGIN),
                        new RateInput.Row(1, BEGIN.plusMillis(250)),
                        new RateInput.Row(2, BEGIN.plusMillis(500)),
                        new RateInput.Row(3, BEGIN.plusMillis(750)));
    }

    @Test
    void afterADowntimeTheRowsGoOnWhereTheyWere() {
        try (StreamingContext context = start(RateInput.rowsPerSecond(10).numbers())) {
            tick(1_001);
            context.stopGracefully(Programs.DEADLINE);
        }
        clock.advance(Duration.ofSeconds(3));
        try (StreamingContext context = start(RateInput.rowsPerSecond(10).numbers())) {
            await().atMost(Programs.DEADLINE).until(() -> read().containsKey(1_004L));
            tick(1_005);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(batches.get(1_004L)).containsExactlyElementsOf(numbers(10, 40));
        assertThat(batches.get(1_005L)).containsExactlyElementsOf(numbers(40, 50));
    }

    @Test
    void anotherRateInTheSameCheckpointIsRefused() {
        try (StreamingContext context = start(RateInput.rowsPerSecond(10).numbers())) {
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThatThrownBy(() -> start(RateInput.rowsPerSecond(20).numbers()))
                .hasMessage("a rate input has 10 rows-per-second and 1 partitions in this checkpoint, and now 20 and 1:"
                        + " keep them, or give the input another name");
    }

    @Test
    void aRateThatCannotBeIsRefused() {
        assertThatThrownBy(() -> start(RateInput.rowsPerSecond(0).numbers()))
                .hasMessageContaining("'rows-per-second' = '0' is not usable");
    }

    private <T> StreamingContext start(Source<T> source) {
        StreamingContext context = StreamingContext.builder("rate-test")
                .batchInterval(Duration.ofSeconds(1))
                .clock(clock)
                .checkpoint(checkpoint)
                .build();
        context.receive(source).foreachBatch("out", batch -> {
            synchronized (batches) {
                batches.put(batch.id().batchTime().getEpochSecond(), List.copyOf(batch.collect()));
            }
        });
        context.start();
        return context;
    }

    private void tick(long second) {
        clock.advance(Duration.ofSeconds(1));
        await().atMost(Programs.DEADLINE).until(() -> read().containsKey(second));
    }

    private Map<Long, List<Object>> read() {
        synchronized (batches) {
            return Map.copyOf(batches);
        }
    }

    private static List<Long> numbers(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }
}
