// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.State;
import io.millrace.api.StateSpec;
import io.millrace.api.StatefulDStream;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Scenarios C: state, each also with a restart and a kill in every batch. */
class StateScenariosTest {
    private static final StateSpec<String, Integer> COUNTS = StateSpec.named("counts", Codecs.STRING, Codecs.INT);

    private static Optional<Integer> count(List<Integer> values, Optional<Integer> state) {
        return Optional.of(values.size() + state.orElse(0));
    }

    private static PairDStream<String, Integer> ones(io.millrace.testkit.stream.TestStreams in) {
        return in.input("words", Codecs.STRING).mapToPair(word -> Pair.of(word, 1));
    }

    private static List<Pair<String, Integer>> counts(Object... keysAndCounts) {
        List<Pair<String, Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndCounts.length; i += 2) {
            pairs.add(Pair.of((String) keysAndCounts[i], (Integer) keysAndCounts[i + 1]));
        }
        return pairs;
    }

    private static StreamHarness wordsOfC1(StreamHarness harness) {
        return harness.batches(
                        "words",
                        List.of("a"),
                        List.of("a", "b"),
                        List.of("a", "b", "c"),
                        List.of("a", "b"),
                        List.of("a"),
                        List.of())
                .inAllModes();
    }

    @Test
    void C1_updateStateByKey_calls_for_every_key_in_every_batch() {
        wordsOfC1(StreamHarness.of("counts", in -> ones(in).updateStateByKey(COUNTS, StateScenariosTest::count)))
                .run()
                .assertOutput("counts")
                .batches(
                        counts("a", 1),
                        counts("a", 2, "b", 1),
                        counts("a", 3, "b", 2, "c", 1),
                        counts("a", 4, "b", 3, "c", 1),
                        counts("a", 5, "b", 3, "c", 1),
                        counts("a", 5, "b", 3, "c", 1));
    }

    @Test
    void C1_updateStateByKey_begins_with_the_initial_state() {
        wordsOfC1(StreamHarness.of(
                        "counts",
                        in -> ones(in).updateStateByKey(
                                        COUNTS.initial(counts("a", 1, "c", 2)), StateScenariosTest::count)))
                .run()
                .assertOutput("counts")
                .batches(
                        counts("a", 2, "c", 2),
                        counts("a", 3, "b", 1, "c", 2),
                        counts("a", 4, "b", 2, "c", 3),
                        counts("a", 5, "b", 3, "c", 3),
                        counts("a", 6, "b", 3, "c", 3),
                        counts("a", 6, "b", 3, "c", 3));
    }

    @Test
    void C1_updateStateByKey_removes_a_key_and_knows_time_and_key() {
        StreamHarness.of(
                        "counts",
                        in -> ones(in).updateStateByKey(COUNTS, (time, key, values, state) -> {
                            int count = values.size() + state.orElse(0);
                            assertThat(time.toEpochMilli() % 1000).isZero();
                            return key.equals("gone") && values.isEmpty() ? Optional.empty() : Optional.of(count);
                        }))
                .batches("words", List.of("a", "gone"), List.of("gone"), List.of(), List.of("gone"), List.of())
                .inAllModes()
                .run()
                .assertOutput("counts")
                .batches(
                        counts("a", 1, "gone", 1),
                        counts("a", 1, "gone", 2),
                        counts("a", 1),
                        counts("a", 1, "gone", 1),
                        counts("a", 1));
    }

    private static int countUp(String key, Optional<Integer> value, State<Integer> state) {
        int count = value.orElse(0) + state.find().orElse(0);
        state.update(count);
        return count;
    }

    @Test
    void C4_mapWithState_calls_for_every_record_and_shows_snapshots() {
        StreamResults results = StreamHarness.of(in -> {
                    StatefulDStream<String, Integer, Integer> counts =
                            ones(in).mapWithState(COUNTS, StateScenariosTest::countUp);
                    in.collect("counts", counts);
                    in.collect("snapshots", counts.stateSnapshots());
                })
                .batches(
                        "words",
                        List.of(),
                        List.of("a"),
                        List.of("a", "b"),
                        List.of("a", "b", "c"),
                        List.of("a", "b"),
                        List.of("a"),
                        List.of())
                .inAllModes()
                .run();
        results.assertOutput("counts")
                .batches(List.of(), List.of(1), List.of(2, 1), List.of(3, 2, 1), List.of(4, 3), List.of(5), List.of());
        results.assertOutput("snapshots")
                .batches(
                        counts(),
                        counts("a", 1),
                        counts("a", 2, "b", 1),
                        counts("a", 3, "b", 2, "c", 1),
                        counts("a", 4, "b", 3, "c", 1),
                        counts("a", 5, "b", 3, "c", 1),
                        counts("a", 5, "b", 3, "c", 1));
    }

    @Test
    void C4_mapWithState_begins_with_the_initial_state_and_removes() {
        StreamResults results = StreamHarness.of(in -> {
                    StatefulDStream<String, Integer, String> seen = ones(in).mapWithState(
                                    COUNTS.initial(counts("a", 5, "x", 7)), (time, key, value, state) -> {
                                        if (key.equals("x")) {
                                            state.remove();
                                            return Optional.empty();
                                        }
                                        state.update(state.find().orElse(0) + 1);
                                        return Optional.of(key + state.get());
                                    });
                    in.collect("seen", seen);
                    in.collect("snapshots", seen.stateSnapshots());
                })
                .batches("words", List.of("a"), List.of("x", "b"), List.of("a", "a"), List.of())
                .inAllModes()
                .run();
        results.assertOutput("seen").batches(List.of("a6"), List.of("b1"), List.of("a7", "a8"), List.of());
        results.assertOutput("snapshots")
                .batches(
                        counts("a", 6, "x", 7), counts("a", 6, "b", 1), counts("a", 8, "b", 1), counts("a", 8, "b", 1));
    }

    @Test
    void C6_idle_keys_time_out_once_in_any_batch() {
        List<List<String>> words =
                new ArrayList<>(List.of(List.of("a", "b", "c"), List.of("a", "b"), List.of("a"), List.of(), List.of()));
        for (int i = 0; i < 21; i++) {
            words.add(List.of("a"));
        }
        StreamResults results = StreamHarness.of(in -> {
                    StatefulDStream<String, Integer, String> out = ones(in).mapWithState(
                                    COUNTS.timeout(Duration.ofSeconds(3)), (time, key, value, state) -> {
                                        if (state.isTimingOut()) {
                                            return Optional.of(key + " timed out with " + state.get());
                                        }
                                        state.update(1);
                                        return Optional.empty();
                                    });
                    in.collect("out", out);
                    in.collect("snapshots", out.stateSnapshots());
                })
                .batches("words", words)
                .inAllModes()
                .run();
        results.assertOutput("out").allElements(List.of("b timed out with 1", "c timed out with 1"));
        results.assertOutput("out").batch(3, "c timed out with 1").batch(4, "b timed out with 1");
        results.assertOutput("snapshots").lastBatch(Pair.of("a", 1));
    }

    @Test
    void C7_the_illegal_moves_of_a_state() {
        Map<String, String> errors = new TreeMap<>();
        StreamHarness.of(
                        "out",
                        in -> ones(in).mapWithState(
                                        COUNTS.timeout(Duration.ofSeconds(1)), (time, key, value, state) -> {
                                            if (state.isTimingOut()) {
                                                note(errors, "update while timing out", () -> state.update(1));
                                                note(errors, "remove while timing out", state::remove);
                                                return Optional.of(key);
                                            }
                                            note(errors, "get of none", state::get);
                                            state.update(1);
                                            if (key.equals("removed")) {
                                                state.remove();
                                                assertThat(state.exists()).isFalse();
                                                note(errors, "update after remove", () -> state.update(1));
                                                note(errors, "remove after remove", state::remove);
                                            }
                                            return Optional.empty();
                                        }))
                .batches("words", List.of("removed", "idle"), List.of())
                .run()
                .assertOutput("out")
                .batches(List.of(), List.of("idle"));
        assertThat(errors).hasSize(5);
        assertThat(errors.get("get of none")).startsWith(NoSuchElementException.class.getName());
        errors.remove("get of none");
        assertThat(errors.values()).allMatch(error -> error.startsWith(IllegalArgumentException.class.getName()));
    }

    private static void note(Map<String, String> errors, String what, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            synchronized (errors) {
                errors.put(what, e.toString());
            }
        }
    }

    @Test
    void C_runningReduce_begins_with_initial_totals_in_partitions_of_its_own() {
        StreamHarness.of(
                        "totals",
                        in -> ones(in).runningReduce(
                                        COUNTS.initial(counts("a", 10, "z", 1)).partitions(3), Integer::sum))
                .batches("words", List.of("a", "b"), List.of("z"), List.of("a", "z", "b"))
                .inAllModes()
                .run()
                .assertOutput("totals")
                .batches(counts("a", 11, "b", 1), counts("z", 2), counts("a", 12, "z", 3, "b", 2));
    }

    @Test
    void C_options_that_an_operator_does_not_know_are_refused() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> ones(in).updateStateByKey(
                                                COUNTS.timeout(Duration.ofSeconds(1)), StateScenariosTest::count))
                        .batches("words", List.of("a"))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'updateStateByKey' at StateScenariosTest.java:")
                .hasMessageContaining("only mapWithState knows");
    }
}
