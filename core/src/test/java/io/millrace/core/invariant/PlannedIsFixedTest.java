// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.RecordsLost;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.ledger.Fact;
import io.millrace.core.simulation.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    void whatASourceLostAndWasToldToGoOnWithoutIsAFactAndTheBatchIsWhatIsLeftEveryTime() {
        Counted counted = new Counted("topic-direct", 1, store, GatedStore.PLACE);
        counted.add(20);
        failOnce(counted, Duration.ofMillis(5), Map.of());
        Instant batch = counted.batches.keySet().iterator().next();
        counted.lose(7);
        counted.add(10);
        failOnce(counted, Duration.ofMillis(5), Map.of());
        List<String> left = counted.batches.get(batch);
        assertThat(left).hasSize(13).doesNotContain("k6 6").contains("k0 7");
        failOnce(counted, Duration.ofMillis(7), Map.of());
        assertThat(counted.batches).containsExactly(Map.entry(batch, left));
        assertThat(counted.losses)
                .extracting(
                        RecordsLost::stream,
                        RecordsLost::batchTime,
                        lost -> lost.ranges().toString())
                .containsExactly(tuple("lines", Optional.of(batch), "[counted-0[0,7)]"));
        counted.lose(9);
        counted.output(records -> {});
        counted.complete();
        assertThat(counted.batches.get(batch)).hasSize(11);
        assertThat(counted.losses).extracting(RecordsLost::records).containsExactly(7L, 2L);
    }

    @Test
    void aBatchOfWhichNothingIsLeftIsEmptyAndReadingGoesOnWhereTheSourceBegins() {
        Counted counted = new Counted("topic-direct", 1, store, GatedStore.PLACE);
        counted.add(20);
        failOnce(counted, Duration.ofMillis(5), Map.of());
        Instant batch = counted.batches.keySet().iterator().next();
        counted.add(10);
        counted.lose(25);
        counted.output(records -> {});
        counted.complete();
        assertThat(counted.batches).doesNotContainKey(batch);
        assertThat(counted.losses)
                .extracting(RecordsLost::batchTime, lost -> lost.ranges().toString())
                .containsExactly(
                        tuple(Optional.of(batch), "[counted-0[0,20)]"), tuple(Optional.empty(), "[counted-0[20,25)]"));
        List<Fact> gaps = new ArrayList<>();
        Counted.ledger(store.logs(), fact -> gaps.add(fact));
        assertThat(gaps).filteredOn(Fact.Gap.class::isInstance).hasSize(2);
    }

    @Test
    void aBatchThatHasBecomeLessIsNotSeenBeforeThatIsDurable() {
        Counted counted = new Counted("topic-direct", 1, store, GatedStore.PLACE);
        counted.add(20);
        failOnce(counted, Duration.ofMillis(5), Map.of());
        counted.lose(7);
        counted.output(records -> {});
        store.hold("ledger");
        try (StreamingContext context = counted.program(Map.of())) {
            CompletableFuture<Void> started = CompletableFuture.runAsync(context::start);
            try {
                await().atMost(Counted.PATIENCE).until(() -> store.heldBack("ledger") > 0);
                await().during(Duration.ofMillis(300)).atMost(Counted.PATIENCE).until(counted.batches::isEmpty);
            } finally {
                store.release("ledger");
            }
            assertThat(started).succeedsWithin(Counted.PATIENCE);
            counted.awaitThat(context, counted::answered);
            assertThat(context.stopGracefully(Counted.PATIENCE)).isTrue();
        }
        counted.check();
    }

    @Test
    void noBatchChangesThoughTheSourceAnswersDifferentlyEachTimeAndTheProgramDiesAtAnyStep() {
        Seeds.run("PlannedIsFixedTest", 8, "io.millrace.core.simulated.FickleProgram");
    }
}
