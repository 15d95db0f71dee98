// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamProgram;
import io.millrace.testkit.stream.TestStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A window goes on after a restart as if there had been none, whatever the order in which the log has its panes, and
 * however many partitions there are then. Batch n is at n + 1 seconds after a time that every slide here divides.
 */
class WindowsAfterRestartTest {
    private static final String LONG = "-".repeat(700);
    private static final int BATCHES = 14;

    private static Window window(int length, int slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    /** The letters that are in a window of {@code length} at the end of a batch, by {@code prefixes}. */
    private static List<String> shown(int batch, int length, int slide, String... prefixes) {
        List<String> all = new ArrayList<>();
        if ((batch + 1) % slide == 0) {
            for (int from = Math.max(0, batch - length + 1); from <= batch; from++) {
                for (String prefix : prefixes) {
                    all.add(prefix + (char) ('a' + from));
                }
            }
        }
        return all;
    }

    private static <T> List<List<T>> each(IntFunction<List<T>> batch) {
        List<List<T>> all = new ArrayList<>();
        for (int number = 0; number < BATCHES; number++) {
            all.add(batch.apply(number));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "5, 2", "2, 5", "9, 3"})
    void elementsLeaveInTimeAfterASnapshotAndARestart(int length, int slide) {
        StreamHarness.of(
                        "window",
                        in -> in.input("in", Codecs.STRING)
                                .window("w", Codecs.STRING, window(length, slide))
                                .map(element -> element.substring(0, 2)))
                .batches("in", each(n -> List.of("x" + (char) ('a' + n) + LONG, "y" + (char) ('a' + n) + LONG)))
                .set("state.snapshot-after", "4KiB")
                .restartAfter(4, 6, 7)
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("window")
                .batches(each(n -> shown(n, length, slide, "x", "y")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aWindowOverASlidingStreamGoesOnToo(int partitions) {
        StreamHarness.of(
                        "outer",
                        in -> in.input("in", Codecs.STRING)
                                .window("inner", Codecs.STRING, window(2, 2))
                                .window("outer", Codecs.STRING, window(6, 2))
                                .map(element -> element.substring(0, 2)))
                .batches("in", each(n -> List.of("x" + (char) ('a' + n) + LONG, "y" + (char) ('a' + n) + LONG)))
                .partitions(partitions)
                .set("state.snapshot-after", "4KiB")
                .restartAfter(4, 6, 7)
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("outer")
                .batches(each(n -> shown(n, 6, 2, "x", "y")));
    }

    /** A program whose window has so many partitions. */
    private static StreamProgram partitioned(String how, int partitions) {
        return in -> in.collect("out", ofHow(how, partitions, in).mapValues(all -> all.replace("-", "")));
    }

    private static PairDStream<String, String> ofHow(String how, int partitions, TestStreams in) {
        StateSpec<String, String> spec =
                StateSpec.named("w", Codecs.STRING, Codecs.STRING).partitions(partitions);
        PairDStream<String, String> pairs = in.pairs("in", Codecs.STRING, Codecs.STRING);
        return switch (how) {
            case "group" ->
                pairs.groupByKeyAndWindow("w", Codecs.STRING, Codecs.STRING, window(6, 1))
                        .mapValues(values -> String.join("", values));
            case "inverse" ->
                pairs.reduceByKeyAndWindow(
                        spec,
                        window(6, 1),
                        String::concat,
                        (all, left) -> all.substring(left.length()),
                        pair -> !pair.value().isEmpty());
            default -> pairs.reduceByKeyAndWindow(spec, window(6, 1), String::concat);
        };
    }

    /** Concatenation tells the order in which batches are in the window, as sums do not. */
    @ParameterizedTest
    @ValueSource(strings = {"naive", "inverse", "group"})
    void keysKeepTheirTotalsWhenTheNumberOfPartitionsChanges(String how) {
        StreamHarness.of(partitioned(how, 2))
                .batches("in", each(n -> ofSomeKeys(n, (char) ('a' + n) + LONG)))
                .set("state.snapshot-after", "4KiB")
                .upgradeBefore(5, partitioned(how, 3))
                .upgradeBefore(7, partitioned(how, 1))
                .upgradeBefore(9, partitioned(how, 7))
                .upgradeBefore(12, partitioned(how, 2))
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("out")
                .batches(each(WindowsAfterRestartTest::concatenated));
    }

    /** Most keys are in one batch alone, so that no partition has something of every batch. */
    private static List<Pair<String, String>> ofSomeKeys(int batch, String value) {
        return List.of(Pair.of("key-" + batch, value), Pair.of("key-" + batch % 3, value));
    }

    private static List<Pair<String, String>> concatenated(int batch) {
        Map<String, String> all = new TreeMap<>();
        for (String letter : shown(batch, 6, 1, "")) {
            ofSomeKeys(letter.charAt(0) - 'a', letter)
                    .forEach(pair -> all.merge(pair.key(), pair.value(), String::concat));
        }
        return all.entrySet().stream()
                .map(entry -> Pair.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Test
    void aSlideThatIsLongerThanTheWindowShowsNoKeyThatWasInNone() {
        StateSpec<String, Integer> spec = StateSpec.named("w", Codecs.STRING, Codecs.INT);
        StreamHarness.of(
                        "out",
                        in -> in.pairs("in", Codecs.STRING, Codecs.INT)
                                .reduceByKeyAndWindow(spec, window(2, 3), Integer::sum, (all, left) -> all - left))
                .batches(
                        "in",
                        List.of(Pair.of("never", 1)),
                        List.of(Pair.of("a", 2)),
                        List.of(Pair.of("b", 3)),
                        List.of(Pair.of("a", 4), Pair.of("never", 1)),
                        List.of(),
                        List.of(Pair.of("b", 5)))
                .inAllModes()
                .run()
                .assertOutput("out")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(Pair.of("a", 2), Pair.of("b", 3)),
                        List.of(),
                        List.of(),
                        List.of(Pair.of("a", 0), Pair.of("b", 5)));
    }
}
