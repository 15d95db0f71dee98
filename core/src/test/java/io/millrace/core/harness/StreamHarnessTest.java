// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import io.millrace.testkit.stream.StreamTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The harness that users test their programs with: what it runs, what it notices. */
class StreamHarnessTest {
    @StreamTest
    void eachBatchReadsItsOwnListInEveryMode(StreamHarness harness) {
        harness.program("words", in -> in.input("words", Codecs.STRING).map(String::toUpperCase))
                .batches("words", List.of("a", "a", "b"), List.of(), List.of(""), List.of("c"))
                .run()
                .assertOutput("words")
                .batches(List.of("A", "A", "B"), List.of(), List.of(""), List.of("C"));
    }

    @StreamTest
    void stateGoesOnThroughRestartsAndKills(StreamHarness harness) {
        harness.program(
                        "totals",
                        in -> in.pairs("numbers", Codecs.STRING, Codecs.LONG)
                                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum))
                .batches(
                        "numbers",
                        List.of(Pair.of("a", 1L), Pair.of("b", 2L)),
                        List.of(Pair.of("a", 3L)),
                        List.of(),
                        List.of(Pair.of("b", 4L), Pair.of("b", 5L)))
                .run()
                .assertOutput("totals")
                .batches(
                        List.of(Pair.of("a", 1L), Pair.of("b", 2L)),
                        List.of(Pair.of("a", 4L)),
                        List.of(),
                        List.of(Pair.of("b", 11L)));
    }

    @Test
    void emptyBatchesRunToo() {
        StreamHarness.of("count", in -> in.input("numbers", Codecs.INT).count())
                .batches("numbers", List.of(), List.of(1), List.of(1, 2))
                .atLeast(4)
                .inAllModes()
                .run()
                .assertOutput("count")
                .batches(List.of(0L), List.of(1L), List.of(2L), List.of(0L));
    }

    @Test
    void oneEmptyListIsOneBatchWithoutElements() {
        StreamResults results = StreamHarness.of(in -> {
                    in.collect("count", in.input("numbers", Codecs.INT).count());
                    in.collect("numbers", in.input("others", Codecs.INT));
                })
                .batches("numbers", List.of())
                .batches("others", List.of())
                .run();
        results.assertOutput("count").batches(List.of(0L));
        results.assertOutput("numbers").batches(List.of());
        assertThatThrownBy(() -> results.assertOutput("count").batches(List.of()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("0L");
    }

    @Test
    void aHarnessThatWouldRunNothingIsRefused() {
        StreamHarness none = StreamHarness.of("numbers", in -> in.input("numbers", Codecs.INT));
        assertThatThrownBy(none::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no batch: call batches(...) or atLeast(...)");
        assertThatThrownBy(() -> none.batches("numbers"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input 'numbers' is given no batch");
        assertThatThrownBy(() -> none.batches("numbers", List.of(1))
                        .run()
                        .assertOutput("numbers")
                        .batches())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no batch is expected of output 'numbers'");
    }

    @Test
    void elementsAreDividedInOrder() {
        StreamHarness.of("numbers", in -> in.input("numbers", Codecs.INT))
                .partitions(2)
                .batches("numbers", List.of(1, 2, 3, 4))
                .run()
                .assertOutput("numbers")
                .hasPartitions(0, 2)
                .inOrder()
                .batch(0, 1, 2, 3, 4);
    }

    @Test
    void twoInputsAndTwoOutputs() {
        StreamResults results = StreamHarness.of(in -> {
                    var left = in.input("left", Codecs.INT);
                    var right = in.input("right", Codecs.INT);
                    in.collect("both", left.union(right));
                    in.collect("left", left);
                })
                .batches("left", List.of(1), List.of(2))
                .batches("right", List.of(10))
                .run();
        results.assertOutput("both").batches(List.of(1, 10), List.of(2));
        results.assertOutput("left").lastBatch(2).allElements(List.of(1, 2));
        assertThat(results.<Integer>output("left")).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void batchTimesAreMultiplesOfTheInterval() {
        List<Instant> seen = new ArrayList<>();
        StreamResults results = StreamHarness.of(in -> {
                    in.collect("out", in.input("in", Codecs.INT));
                    in.input("other", Codecs.INT)
                            .foreachBatch(batch -> seen.add(batch.id().batchTime()));
                })
                .batchInterval(Duration.ofSeconds(5))
                .batches("in", List.of(1), List.of(2))
                .run();
        assertThat(results.times())
                .containsExactlyElementsOf(seen)
                .containsExactly(Instant.parse("2000-01-01T00:00:05Z"), Instant.parse("2000-01-01T00:00:10Z"));
    }

    @Test
    void aKilledBatchIsDeliveredAgainAndACommittedOneIsNot() {
        Map<Instant, AtomicInteger> calls = new ConcurrentHashMap<>();
        StreamHarness.of(in -> {
                    in.input("a", Codecs.INT)
                            .foreachBatch(
                                    "first",
                                    batch -> calls.computeIfAbsent(batch.id().batchTime(), t -> new AtomicInteger())
                                            .incrementAndGet());
                    in.collect("a", in.input("b", Codecs.INT));
                })
                .batches("b", List.of(1), List.of(2), List.of(3), List.of(4))
                .restartAfter(0)
                .killIn(2)
                .run()
                .assertOutput("a")
                .batches(List.of(1), List.of(2), List.of(3), List.of(4));
        assertThat(calls.values().stream().map(AtomicInteger::get).sorted()).containsExactly(1, 1, 1, 2);
    }

    @Test
    void anUpgradedProgramGoesOnWithTheState() {
        StreamHarness.of(
                        "totals",
                        in -> in.pairs("n", Codecs.STRING, Codecs.LONG)
                                .runningReduce("sum", Codecs.STRING, Codecs.LONG, Long::sum))
                .upgradeBefore(
                        1,
                        in -> in.collect(
                                "totals",
                                in.pairs("n", Codecs.STRING, Codecs.LONG)
                                        .runningReduce("sum", Codecs.STRING, Codecs.LONG, Long::sum)
                                        .mapValues(sum -> sum * 100)))
                .batches("n", List.of(Pair.of("a", 1L)), List.of(Pair.of("a", 2L)))
                .inAllModes()
                .run()
                .assertOutput("totals")
                .batches(List.of(Pair.of("a", 1L)), List.of(Pair.of("a", 300L)));
    }

    @Test
    void aProgramThatIsNotDeterministicIsNoticed() {
        AtomicInteger run = new AtomicInteger();
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("in", Codecs.INT).map(n -> n + run.incrementAndGet()))
                        .batches("in", List.of(1))
                        .modes(RestartMode.KILL_BEFORE_COMMIT)
                        .seed(42)
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was run again and is not what it was: first [2], then [3]")
                .hasMessageContaining("seed 42");
    }

    @Test
    void whatTheProgramFailsWithIsThrown() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("in", Codecs.INT).map(n -> 1 / n))
                        .batches("in", List.of(1), List.of(0))
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("/ by zero");
    }

    @Test
    void aFailureSaysInWhichModeAndHowToRepeatIt() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("in", Codecs.INT).map(n -> 1 / n))
                        .batches("in", List.of(0))
                        .modes(RestartMode.RANDOM)
                        .seed(42)
                        .run())
                .satisfies(e -> assertThat(e.getSuppressed()[0])
                        .hasMessage("it was run in mode RANDOM; -Dmillrace.test.seed=42 repeats it"));
    }

    @Test
    void whatComesWhileTheProgramIsDownIsInTheLastBatchOfThatTime() {
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2), List.of(3), List.of(), List.of(5), List.of(), List.of(7))
                .downIn(1, 2, 3, 5)
                .inAllModes()
                .run()
                .assertOutput("out")
                .batches(List.of(1), List.of(), List.of(), List.of(2, 3), List.of(5), List.of(), List.of(7));
        assertThatThrownBy(() -> new StreamHarness().downIn(0)).hasMessageContaining("the first that can be is 1");
    }

    @Test
    void aWrongExpectationNamesBatchOutputAndMode() {
        StreamResults results = StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2))
                .seed(7)
                .run();
        assertThatThrownBy(() -> results.assertOutput("out").batches(List.of(1), List.of(3)))
                .hasMessageContaining("batch 1 of output 'out', mode NONE, seed 7");
        assertThatThrownBy(() -> results.assertOutput("out").batches(List.of(1)))
                .hasMessageContaining("number of batches of output 'out'");
        assertThatThrownBy(() -> results.assertOutput("oud")).hasMessageContaining("no output 'oud' was collected");
    }

    @Test
    void batchesForAnInputThatIsNotDeclaredAreRefused() {
        assertThatThrownBy(() -> StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                        .batches("inn", List.of(1))
                        .run())
                .hasMessage("batches are given for input 'inn', but the program declares only [in]");
    }
}
