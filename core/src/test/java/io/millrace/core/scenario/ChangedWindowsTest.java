// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A window may become another one in the next version: what it shows is what its batches add up to, with an inverse as
 * without. Batch n is at n + 1 seconds after a time that every slide here divides.
 */
class ChangedWindowsTest {
    private static final int BATCHES = 14;
    private static final int NEXT = 7;

    /** A window in one version: length and slide in seconds, how it is computed, and in how many partitions. */
    private record Version(int from, int length, int slide, String how, int partitions) {
        static Version of(int from, String text) {
            String[] words = text.split("/");
            return new Version(
                    from, Integer.parseInt(words[0]), Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3]));
        }

        StreamProgram program() {
            return in -> in.collect("out", sums(in.pairs("in", Codecs.STRING, Codecs.INT)));
        }

        private PairDStream<String, Integer> sums(PairDStream<String, Integer> pairs) {
            boolean renamed = how.equals("renamed");
            StateSpec<String, Integer> own = StateSpec.named(renamed ? "v" : "w", Codecs.STRING, Codecs.INT)
                    .partitions(partitions);
            StateSpec<String, Integer> spec = renamed ? own.formerly("w") : own;
            Window window = Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
            return switch (how) {
                case "naive" -> pairs.reduceByKeyAndWindow(spec, window, Integer::sum);
                case "kept" ->
                    pairs.reduceByKeyAndWindow(
                            spec, window, Integer::sum, (all, left) -> all - left, pair -> pair.value() != 0);
                default -> pairs.reduceByKeyAndWindow(spec, window, Integer::sum, (all, left) -> all - left);
            };
        }
    }

    /** A key in every batch, some that are gone when the versions change, and one that comes back. */
    private static List<Pair<String, Integer>> input(int batch) {
        List<Pair<String, Integer>> pairs =
                new ArrayList<>(List.of(Pair.of("a", 1), Pair.of("b" + batch % 2, batch + 1)));
        if (batch < 4 || batch == 11) {
            pairs.add(Pair.of("c", 100));
        }
        pairs.add(Pair.of("once-" + batch, 7));
        return pairs;
    }

    private static <T> List<List<T>> each(IntFunction<List<T>> batch) {
        List<List<T>> all = new ArrayList<>();
        for (int number = 0; number < BATCHES; number++) {
            all.add(batch.apply(number));
        }
        return all;
    }

    private static List<Pair<String, Integer>> expected(List<Version> versions, int batch) {
        Version version = versions.get(0);
        for (Version later : versions) {
            version = later.from <= batch ? later : version;
        }
        return (batch + 1) % version.slide == 0
                ? sums(batch, version.length, any -> true).toList()
                : List.of();
    }

    private static Stream<Pair<String, Integer>> sums(int batch, int length, IntPredicate counts) {
        Map<String, Integer> sums = new TreeMap<>();
        for (int from = Math.max(0, batch - length + 1); from <= batch; from++) {
            if (counts.test(from)) {
                input(from).forEach(pair -> sums.merge(pair.key(), pair.value(), Integer::sum));
            }
        }
        return sums.entrySet().stream().map(sum -> Pair.of(sum.getKey(), sum.getValue()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4/1/inverse/2 2/1/inverse/2",
                "2/1/inverse/2 4/1/inverse/2",
                "4/1/kept/2 4/3/kept/2",
                "4/3/kept/2 4/1/kept/2",
                "4/1/naive/2 4/1/inverse/2",
                "4/1/inverse/2 4/1/naive/2 4/1/inverse/2",
                "4/1/naive/2 4/2/kept/3 4/2/naive/1 3/3/kept/2",
                "4/4/kept/1 3/1/inverse/3 2/1/kept/2 2/5/kept/1",
                "5/1/inverse/2 3/2/kept/3 2/1/naive/3",
                "2/1/naive/2 5/3/kept/2 5/1/kept/2",
                "4/1/inverse/2 2/1/renamed/3",
                "2/1/kept/2 4/1/renamed/2 3/1/renamed/2",
            })
    void sumsAreThoseOfTheBatchesInTheNewWindow(String text) {
        List<Version> versions = new ArrayList<>();
        for (String version : text.split(" ")) {
            versions.add(Version.of(versions.isEmpty() ? 0 : NEXT + 2 * (versions.size() - 1), version));
        }
        StreamHarness harness = StreamHarness.of(filtered(versions.get(0)));
        versions.subList(1, versions.size()).forEach(next -> harness.upgradeBefore(next.from, filtered(next)));
        harness.batches("in", each(ChangedWindowsTest::input))
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("out")
                .batches(each(n -> expected(versions, n)));
    }

    /** What is left of keys that are in no batch of the window is for another test. */
    private static StreamProgram filtered(Version version) {
        return in -> in.collect(
                "out", version.sums(in.pairs("in", Codecs.STRING, Codecs.INT)).filter(pair -> pair.value() != 0));
    }

    /** What a key shows that had values in the window of before and has none in the new one: sums, so 0. */
    @Test
    void whatIsLeftOfAKeyThatTheNewWindowDoesNotReachIsShownAsBefore() {
        Version before = Version.of(0, "4/1/inverse/2");
        Version after = Version.of(4, "1/1/inverse/2");
        StreamHarness.of(before.program())
                .upgradeBefore(4, after.program())
                .batches(
                        "in",
                        List.of(Pair.of("gone", 1), Pair.of("both", 1)),
                        List.of(Pair.of("old", 2)),
                        List.of(Pair.of("old", 3), Pair.of("both", 3)),
                        List.of(Pair.of("last", 4)),
                        List.of(Pair.of("both", 5)),
                        List.of())
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("out")
                .batch(3, Pair.of("gone", 1), Pair.of("both", 4), Pair.of("old", 5), Pair.of("last", 4))
                .batch(4, Pair.of("gone", 0), Pair.of("both", 5), Pair.of("old", 0), Pair.of("last", 0))
                .batch(5, Pair.of("gone", 0), Pair.of("both", 0), Pair.of("old", 0), Pair.of("last", 0));
    }

    /** A version that does not declare the window brings it nothing; what left meanwhile has left. */
    @ParameterizedTest
    @ValueSource(strings = {"naive", "kept", "inverse"})
    void aWindowThatAVersionDidNotDeclareGoesOnWithWhatIsStillInIt(String how) {
        Version version = Version.of(0, "5/1/" + how + "/2");
        StreamHarness.of(filtered(version))
                .upgradeBefore(
                        4,
                        in -> in.collect(
                                "out", in.pairs("in", Codecs.STRING, Codecs.INT).filter(pair -> false)))
                .upgradeBefore(7, filtered(version))
                .batches("in", each(ChangedWindowsTest::input))
                .set("start.accept-lost-state", "true")
                .modes(RestartMode.NONE, RestartMode.RANDOM)
                .run()
                .assertOutput("out")
                .batches(each(n -> sums(n, 5, from -> from < 4 || from > 6)
                        .filter(sum -> n < 4 || n > 6)
                        .toList()));
    }

    /** The program's own functions make totals anew, and may do what they do otherwise. */
    @Test
    void totalsAreMadeAnewByFunctionsThatCountThemselves() {
        StreamHarness.of(counting(3))
                .upgradeBefore(4, counting(2))
                .batches("in", each(n -> List.of(Pair.of("a", 1))))
                .run()
                .assertOutput("out")
                .batches(each(n -> List.of(Pair.of("a", Math.min(n + 1, n < 4 ? 3 : 2)))));
    }

    private static StreamProgram counting(int length) {
        return in -> {
            LongAccumulator calls = in.context().accumulator("calls");
            PairDStream<String, Integer> pairs = in.pairs("in", Codecs.STRING, Codecs.INT);
            in.collect(
                    "out",
                    pairs.reduceByKeyAndWindow(
                            StateSpec.named("w", Codecs.STRING, Codecs.INT),
                            Window.of(Duration.ofSeconds(length)),
                            (left, right) -> {
                                calls.add(1);
                                return left + right;
                            },
                            (all, left) -> all - left));
        };
    }
}
