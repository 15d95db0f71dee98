// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.simulation.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 2: a batch that is planned reads exactly the same records whenever it runs, or an error says which the source no
 * longer has. Between the plan and the commit everything else is changed: the source, the settings, the interval, the
 * number of tasks.
 */
@Timeout(14400)
class PlannedIsFixedTest {
    private final GatedStore store = new GatedStore();

    @ParameterizedTest
    @ValueSource(strings = {"topic-receiver", "topic-direct"})
    void whateverChangesBetweenPlanAndCommitTheBatchIsTheSame(String input) {
        Counted counted = new Counted(input, 2, store, GatedStore.PLACE);
        counted.add(40);
        List<Map<String, String>> settings = List.of(
                Map.of("scheduler.threads", "1"),
                Map.of("scheduler.threads", "4", "block.max-bytes", "4KiB", "receiver.max-rate", "3"),
                Map.of("direct.max-rate", "1", "direct.initial-rate", "1", "block.memory", "0B"));
        Map<Instant, List<String>> planned = Map.of();
        for (int life = 0; life < settings.size(); life++) {
            failOnce(counted, Duration.ofMillis(5L + 7L * life), settings.get(life));
            if (life == 0) {
                planned = Map.copyOf(counted.batches);
            }
            assertThat(counted.batches).hasSize(1).isEqualTo(planned);
            try (Checkpoint checkpoint = counted.checkpoint()) {
                assertThat(checkpoint.summary().uncommitted()).containsAll(planned.keySet());
            }
            counted.grow();
            counted.add(50);
        }
        counted.output(batch -> {});
        counted.complete();
        assertThat(counted.batches).containsAllEntriesOf(planned);
    }

    /** Runs until the first batch that has records has reached its output, which throws. */
    private static void failOnce(Counted counted, Duration interval, Map<String, String> settings) {
        counted.output(batch -> {
            throw new IllegalStateException("not yet");
        });
        try (StreamingContext context = counted.program(interval, settings)) {
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(Counted.PATIENCE)).hasMessageContaining("not yet");
        }
        counted.check();
    }

    @Test
    void recordsThatTheSourceLostAreAnErrorEveryTimeAndNeverASmallerBatch() {
        Counted counted = new Counted("topic-direct", 1, store, GatedStore.PLACE);
        counted.add(20);
        failOnce(counted, Duration.ofMillis(5), Map.of());
        Map<Instant, List<String>> planned = Map.copyOf(counted.batches);
        counted.output(batch -> {});
        counted.topic.beginAt(0, 7);
        counted.add(10);
        for (int life = 0; life < 3; life++) {
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                assertThatThrownBy(() -> context.awaitTermination(Counted.PATIENCE))
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContainingAll(
                                planned.keySet().iterator().next().toString(),
                                "no longer has the record of counted-0 at offset 0: available are offsets 7 to 30",
                                "it is run again, with the same records, by the next start");
            }
            assertThat(counted.batches).isEqualTo(planned);
            try (Checkpoint checkpoint = counted.checkpoint()) {
                assertThat(checkpoint.summary().uncommitted()).containsAll(planned.keySet());
            }
        }
        counted.topic.beginAt(0, 0);
        counted.complete();
        assertThat(counted.batches).containsAllEntriesOf(planned);
    }

    @Test
    void noBatchChangesThoughTheSourceAnswersDifferentlyEachTimeAndTheProgramDiesAtAnyStep() {
        Seeds.run("PlannedIsFixedTest", 8, "io.millrace.core.simulated.FickleProgram");
    }
}
