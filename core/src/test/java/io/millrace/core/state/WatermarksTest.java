// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.EventTime;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far event time has come, by partitions; times are in milliseconds. */
class WatermarksTest {
    private final EventTimeState windows = windows();
    private final Watermarks watermarks = new Watermarks(List.of(windows));

    @SuppressWarnings("unchecked") // codecs of objects
    private static EventTimeState windows() {
        EventTime<Object> time = EventTime.<Object>tumbling(
                        Duration.ofMillis(10), value -> Instant.ofEpochMilli((Long) value))
                .idleAfter(Duration.ofMillis(30));
        StateSpec<Object, Object> spec = StateSpec.named(
                "windows", (Codec<Object>) (Codec<?>) Codecs.STRING, (Codec<Object>) (Codec<?>) Codecs.LONG);
        return new EventTimeState(spec, 1, time, value -> value, (a, b) -> a);
    }

    private List<StateChunk> batch(long time, long pause, Map<String, Long> latest) {
        return watermarks.add(time, pause, List.of(Map.of("windows", latest)), false);
    }

    private long reached() {
        return watermarks.reached().getOrDefault("windows", Long.MIN_VALUE);
    }

    @Test
    void nothingIsReachedBeforeAnythingCame() {
        assertThat(watermarks.add(10, 0, List.of(Map.of()), false)).isEmpty();
        assertThat(watermarks.reached()).isEmpty();
    }

    @Test
    void thePartitionThatIsFurthestBehindCountsUntilItIsIdle() {
        batch(10, 0, Map.of("p", 100L, "q", 5L));
        assertThat(reached()).isEqualTo(5);
        batch(20, 0, Map.of("p", 200L, "q", 6L));
        batch(30, 0, Map.of("p", 300L));
        batch(50, 0, Map.of("p", 500L));
        assertThat(reached()).isEqualTo(6);
        batch(60, 0, Map.of());
        assertThat(reached()).isEqualTo(500);
        batch(70, 0, Map.of("p", 600L, "q", 7L));
        assertThat(reached()).as("it never goes back").isEqualTo(500);
    }

    @Test
    void timeThatDoesNotCountMakesNoPartitionIdle() {
        batch(10, 0, Map.of("p", 100L, "q", 5L));
        batch(3_600_010, 3_599_990, Map.of("p", 200L));
        assertThat(reached()).isEqualTo(5);
        batch(3_600_020, 0, Map.of("p", 300L));
        assertThat(reached()).isEqualTo(5);
        batch(3_600_050, 0, Map.of("p", 400L));
        assertThat(reached()).isEqualTo(400);
    }

    @Test
    void whatIsStoredGoesOnWhereItWas() {
        batch(10, 0, Map.of("p", 100L, "q", 5L));
        List<StateChunk> stored = batch(30, 10, Map.of("p", 200L));
        assertThat(stored)
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.snapshot()).isTrue());
        Watermarks next = new Watermarks(List.of(windows));
        for (StateChunk chunk : stored) {
            next.load(new ByteReader(chunk.bytes().toByteArray()));
        }
        assertThat(next.reached()).isEqualTo(watermarks.reached());
        for (Watermarks each : List.of(watermarks, next)) {
            each.add(50, 0, List.of(Map.of("windows", Map.of("p", 300L))), false);
            assertThat(each.reached()).containsEntry("windows", 5L);
            each.add(60, 0, List.of(), false);
            assertThat(each.reached()).containsEntry("windows", 300L);
        }
    }

    @Test
    void whatIsStoredOfAStateThatIsNotDeclaredIsKept() {
        batch(10, 0, Map.of("p", 100L));
        Watermarks without = new Watermarks(List.of());
        Watermarks again = new Watermarks(List.of(windows));
        batch(20, 0, Map.of("p", 200L)).forEach(chunk -> without.load(bytes(chunk)));
        without.add(1_000, 0, List.of(Map.of("other", Map.of("q", 1L))), false)
                .forEach(chunk -> again.load(bytes(chunk)));
        assertThat(again.reached()).containsEntry("windows", 200L);
    }

    private static ByteReader bytes(StateChunk chunk) {
        return new ByteReader(chunk.bytes().toByteArray());
    }

    /** Format 2 of the state log as {@code docs/spec/ledger.md} has it, written when there was one watermark for all. */
    @Test
    void aCheckpointWithoutPartitionsGoesOnFromItsWatermark() {
        ByteWriter old = new ByteWriter(64);
        old.writeByte(2);
        old.writeString("windows");
        old.writeZigZag(40);
        old.writeZigZag(1_000); // the latest event time
        old.writeString("string");
        old.writeVarint(1);
        old.writeString("spans(long)");
        old.writeVarint(1);
        windows.partition(1);
        windows.load(new ByteReader(old.toByteArray()));
        watermarks.before("windows", windows.stored());
        assertThat(reached()).isEqualTo(1_000);
        batch(50, 0, Map.of("p", 900L, "q", 2_000L));
        assertThat(reached()).isEqualTo(1_000);
        batch(60, 0, Map.of("p", 1_500L));
        assertThat(reached()).isEqualTo(1_500);
    }
}
