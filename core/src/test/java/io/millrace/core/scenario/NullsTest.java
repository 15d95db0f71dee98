// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.AsyncCalls;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.EventTime;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.stream.OutputAssert;
import io.millrace.testkit.stream.StreamHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Where null may stand, and how it is refused where it may not. In the inputs, "-" stands for null. */
@NullUnmarked
class NullsTest {
    private static final StateSpec<String, String> STATE = StateSpec.named("s", Codecs.STRING, Codecs.STRING);
    private static final Window WINDOW = Window.of(Duration.ofSeconds(2));

    @TempDir
    private Path directory;

    private static String orNull(String word) {
        return word.equals("-") ? null : word;
    }

    private static List<Object> list(Object... elements) {
        return Arrays.asList(elements);
    }

    /** Words are elements; null is one of them. */
    private static OutputAssert words(Function<DStream<String>, DStream<?>> program, String... words) {
        return StreamHarness.of(
                        "out",
                        in -> program.apply(in.input("words", Codecs.STRING).map(NullsTest::orNull)))
                .batches("words", List.of(words))
                .run()
                .assertOutput("out");
    }

    /** Words of two letters are pairs. */
    private static OutputAssert pairs(Function<PairDStream<String, String>, DStream<?>> program, String... words) {
        return words(stream -> program.apply(pairs(stream)), words);
    }

    private static PairDStream<String, String> pairs(DStream<String> words) {
        return words.mapToPair(word -> Pair.of(orNull(word.substring(0, 1)), orNull(word.substring(1))));
    }

    private static String join(Object left, Object right) {
        return left + "+" + right;
    }

    @Test
    void anElementMayBeNullWhereItIsLookedAtOrHandedOnAlone() {
        words(stream -> stream, "a", "-").batches(list("a", null));
        words(stream -> stream.filter(word -> word == null), "a", "-").batches(list((Object) null));
        words(stream -> stream.flatMap(word -> Arrays.asList(word, null)), "-").batches(list(null, null));
        words(stream -> stream.repartition(3).union(stream), "a", "-").batches(list("a", null, "a", null));
        words(stream -> stream.glom().map(List::toString), "-", "-").batches(list("[null]", "[null]"));
        words(stream -> stream.mapPartitions(all -> all), "-")
                .batches(list((Object) null, (Object) null).subList(0, 1));
        words(stream -> stream.count(), "a", "-").batches(list(2L));
        words(stream -> stream.transform((time, batch) -> batch.collect()), "-", "b")
                .batches(list(null, "b"));
        words(
                        stream -> stream.mapAsync(
                                AsyncCalls.atMost(1), word -> CompletableFuture.completedFuture(orNull("" + word))),
                        "-",
                        "b")
                .batches(list("null", "b"));
    }

    @Test
    void reduceCombinesNullLikeAnythingElse() {
        words(stream -> stream.reduce(NullsTest::join).map(text -> text.length()), "a", "-", "b")
                .batches(list("a+null+b".length()));
        words(stream -> stream.reduce(NullsTest::join), "-").batches(list((Object) null));
        words(stream -> stream.reduce((a, b) -> null), "a", "b", "c", "d").batches(list((Object) null));
        words(stream -> stream.reduce(NullsTest::join)).batches(list());
    }

    @Test
    void aValueMayBeNullWhereItIsCombinedOrHandedOn() {
        pairs(stream -> stream.mapValues(value -> value), "a-").batches(list(Pair.of("a", null)));
        pairs(stream -> stream.flatMapValues(value -> Arrays.asList(value, "x")), "a-")
                .batches(list(Pair.of("a", null), Pair.of("a", "x")));
        pairs(stream -> stream.reduceByKey(NullsTest::join).mapValues(text -> "" + text), "a-", "b1", "b-")
                .batches(list(Pair.of("a", "null"), Pair.of("b", "1+null")));
        pairs(stream -> stream.reduceByKey((l, r) -> null), "a1", "a2", "a3").batches(list(Pair.of("a", null)));
        pairs(stream -> stream.groupByKey().mapValues(List::toString), "a-").batches(list(Pair.of("a", "[null]")));
    }

    @Test
    void aCombinationMayBeNull() {
        pairs(stream -> stream.combineByKey(value -> null, (c, v) -> c + "+" + v, NullsTest::join), "a1", "b1")
                .batches(list(Pair.of("a", null), Pair.of("b", null)));
        // merged with its first combination, which is null, and not begun anew
        oneTask(stream -> stream.combineByKey(value -> null, (c, v) -> c + "+" + v, NullsTest::join))
                .batches(list(Pair.of("a", "null+2+3")));
        oneTask(stream -> stream.aggregateByKey(() -> (String) null, (c, v) -> c + "+" + v, NullsTest::join))
                .batches(list(Pair.of("a", "null+1+2+3")));
        oneTask(stream -> stream.combineByKey(value -> value, (c, v) -> null, NullsTest::join))
                .batches(list(Pair.of("a", null)));
    }

    private static OutputAssert oneTask(Function<PairDStream<String, String>, DStream<?>> program) {
        return StreamHarness.of("out", in -> program.apply(pairs(in.input("words", Codecs.STRING))))
                .partitions(1)
                .batches("words", List.of("a1", "a2", "a3"))
                .run()
                .assertOutput("out");
    }

    @Test
    void joinsTakeNullValuesWhereNoOptionalIsMadeOfThem() {
        pairs(stream -> stream.join(stream), "a-").batches(list(Pair.of("a", Pair.of(null, null))));
        pairs(stream -> stream.cogroup(stream).mapValues(both -> both.left() + "" + both.right()), "a-")
                .batches(list(Pair.of("a", "[null][null]")));
        pairs(stream -> stream.leftOuterJoin(stream.filter(pair -> pair.value() != null)), "a-")
                .batches(list(Pair.of("a", Pair.of(null, Optional.empty()))));
        pairs(stream -> stream.filter(pair -> pair.value() != null).rightOuterJoin(stream), "a-")
                .batches(list(Pair.of("a", Pair.of(Optional.empty(), null))));
    }

    @Test
    void updateStateByKeySeesNullAmongTheValues() {
        pairs(stream -> stream.updateStateByKey(STATE, (values, old) -> Optional.of(values.toString())), "a-")
                .batches(list(Pair.of("a", "[null]")));
    }

    private record Refused(String operator, String word, Function<DStream<String>, DStream<?>> program) {}

    private static Refused ofPairs(
            String operator, String word, Function<PairDStream<String, String>, DStream<?>> program) {
        return new Refused(operator, word, stream -> program.apply(pairs(stream)));
    }

    /** What refuses an element, which is shown, and can do without it. */
    private static Stream<Refused> refusedElements() {
        return Stream.of(
                new Refused("countByValue", "-", DStream::countByValue),
                new Refused("countByValue", "-", stream -> stream.countByValue(3)),
                new Refused("countByValueAndWindow", "-", s -> s.countByValueAndWindow("w", Codecs.STRING, WINDOW)),
                new Refused("top", "-", stream -> stream.top(2, String::compareTo)),
                new Refused("window", "-", stream -> stream.window("w", Codecs.STRING, WINDOW)),
                new Refused("reduceByWindow", "-", s -> s.reduceByWindow("w", Codecs.STRING, WINDOW, NullsTest::join)),
                ofPairs("reduceByKey", "-1", stream -> stream.reduceByKey(NullsTest::join)),
                ofPairs("groupByKey", "-1", PairDStream::groupByKey),
                ofPairs("combineByKey", "-1", s -> s.combineByKey(v -> v, NullsTest::join, NullsTest::join)),
                ofPairs("aggregateByKey", "-1", s -> s.aggregateByKey(() -> "", NullsTest::join, NullsTest::join)),
                ofPairs("join", "-1", stream -> stream.join(stream.filter(pair -> false))),
                ofPairs("cogroup", "-1", stream -> stream.filter(pair -> false).cogroup(stream)),
                ofPairs(
                        "leftOuterJoin",
                        "a-",
                        stream -> stream.filter(pair -> false).leftOuterJoin(stream)),
                ofPairs("rightOuterJoin", "a-", stream -> stream.rightOuterJoin(stream.filter(pair -> false))),
                ofPairs("fullOuterJoin", "a-", stream -> stream.fullOuterJoin(stream.filter(pair -> false))),
                ofPairs("lookup", "-1", stream -> stream.lookup(1, keys -> Map.<String, String>of())),
                ofPairs("ratePerKey", "-1", stream -> stream.ratePerKey("w", Codecs.STRING, WINDOW)),
                ofPairs("groupByKeyAndWindow", "-1", NullsTest::groups),
                ofPairs("groupByKeyAndWindow", "a-", NullsTest::groups),
                ofPairs("reduceByKeyAndWindow", "-1", s -> s.reduceByKeyAndWindow(STATE, WINDOW, NullsTest::join)),
                ofPairs("reduceByKeyAndWindow", "a-", s -> s.reduceByKeyAndWindow(STATE, WINDOW, NullsTest::join)),
                ofPairs(
                        "reduceByKeyAndWindow(s)",
                        "a-",
                        s -> s.reduceByKey(NullsTest::join).reduceByKeyAndWindow(STATE, WINDOW, NullsTest::join)),
                ofPairs("runningReduce", "-1", stream -> stream.runningReduce(STATE, NullsTest::join)),
                ofPairs("runningReduce", "a-", stream -> stream.runningReduce(STATE, NullsTest::join)),
                ofPairs(
                        "runningReduce(s)",
                        "a-",
                        stream -> stream.reduceByKey(NullsTest::join).runningReduce(STATE, NullsTest::join)),
                ofPairs("updateStateByKey", "-1", s -> s.updateStateByKey(STATE, (values, old) -> old)),
                ofPairs("mapWithState", "-1", s -> s.mapWithState(STATE, (key, value, state) -> key)),
                ofPairs("mapWithState", "a-", s -> s.mapWithState(STATE, (key, value, state) -> key)),
                ofPairs("reduceByKeyAndEventTime", "-1", NullsTest::times),
                new Refused("map", "z", stream -> stream.map(String::length).map(n -> 1 / (n - 1))));
    }

    private static DStream<?> groups(PairDStream<String, String> stream) {
        return stream.groupByKeyAndWindow("w", Codecs.STRING, Codecs.STRING, WINDOW);
    }

    private static DStream<?> times(PairDStream<String, String> stream) {
        return stream.reduceByKeyAndEventTime(
                STATE,
                EventTime.tumbling(Duration.ofSeconds(1), value -> Instant.EPOCH),
                value -> value,
                NullsTest::join);
    }

    private static StreamHarness harness(Refused refused) {
        return StreamHarness.of(
                        "out",
                        in -> refused.program.apply(
                                in.input("words", Codecs.STRING).map(NullsTest::orNull)))
                .set("scheduler.task.max-failures", "1")
                .batches("words", List.of(refused.word));
    }

    private static String shown(String word) {
        return switch (word) {
            case "-" -> "null";
            case "-1" -> "(null,1)";
            case "a-" -> "(a,null)";
            default -> "1";
        };
    }

    @TestFactory
    Stream<DynamicTest> whatIsRefusedNamesOperatorLineAndElement() {
        return refusedElements()
                .map(refused -> DynamicTest.dynamicTest(
                        refused.operator + " of " + refused.word,
                        () -> assertThatThrownBy(() -> harness(refused).run())
                                .isInstanceOfSatisfying(
                                        MillraceException.class,
                                        e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CODE))
                                .hasMessageContaining("'" + refused.operator + "' at NullsTest.java:")
                                .hasMessageContaining(" failed on '" + shown(refused.word) + "'")));
    }

    @TestFactory
    Stream<DynamicTest> whatIsRefusedCanBeDoneWithout() {
        return refusedElements()
                .map(refused -> DynamicTest.dynamicTest(refused.operator + " of " + refused.word, () -> {
                    List<RecordsSkipped> skipped = Collections.synchronizedList(new ArrayList<>());
                    harness(refused)
                            .set("records.on-error", "skip")
                            .listener(new StreamingListener() {
                                @Override
                                public void onRecordsSkipped(RecordsSkipped event) {
                                    skipped.add(event);
                                }
                            })
                            .run()
                            .assertOutput("out")
                            .batches(list());
                    assertThat(skipped).hasSize(1);
                    assertThat(skipped.get(0).operator()).startsWith("'" + refused.operator + "' at NullsTest.java:");
                    assertThat(skipped.get(0).count()).isEqualTo(1);
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatIsRefusedCanBeKept() {
        return refusedElements()
                .map(refused -> DynamicTest.dynamicTest(refused.operator + " of " + refused.word, () -> {
                    Path letters = Files.createTempDirectory(directory, "letters");
                    harness(refused)
                            .set("records.on-error", "dead-letter")
                            .set("dead-letters.directory", letters.toString())
                            .run();
                    try (Stream<Path> files = Files.walk(letters)) {
                        assertThat(files.filter(file -> file.toString().endsWith(".letters")))
                                .hasSize(1);
                    }
                }));
    }

    /** What a function makes of more than one element, or has to return, is its own fault: no policy is asked. */
    @TestFactory
    Stream<DynamicTest> whatFunctionsMayNotReturnStopsTheProgramAndNamesThem() {
        Map<String, Refused> cases = new LinkedHashMap<>();
        cases.put("a total", ofPairs("runningReduce", "a1", s -> s.runningReduce(STATE, (l, r) -> null)));
        cases.put(
                "a total in a later batch",
                ofPairs(
                        "runningReduce(s)",
                        "a1",
                        s -> s.reduceByKey((l, r) -> l).runningReduce(STATE, (l, r) -> null)));
        cases.put(
                "a window's total",
                ofPairs(
                        "reduceByKeyAndWindow",
                        "a1",
                        s -> s.reduceByKey((l, r) -> l).reduceByKeyAndWindow(STATE, WINDOW, (l, r) -> null)));
        cases.put(
                "a window's total of what is left",
                ofPairs(
                        "reduceByKeyAndWindow",
                        "a1",
                        s -> s.reduceByKey((l, r) -> l)
                                .reduceByKeyAndWindow(STATE, WINDOW, (l, r) -> l, (l, r) -> null)));
        cases.put("an element", ofPairs("mapWithState(s)", "a1", s -> s.mapWithState(STATE, (k, v, state) -> null)));
        cases.put(
                "an optional element",
                ofPairs("mapWithState(s)", "a1", s -> s.mapWithState(STATE, (time, k, v, state) -> null)));
        cases.put(
                "an optional state",
                ofPairs("updateStateByKey(s)", "a1", s -> s.updateStateByKey(STATE, (values, old) -> null)));
        cases.put("answers", ofPairs("lookup", "a1", s -> s.lookup(1, keys -> null)));
        cases.put("a partition", new Refused("mapPartitions", "a", s -> s.mapPartitions(all -> null)));
        cases.put(
                "an event time's value",
                ofPairs(
                        "reduceByKeyAndEventTime",
                        "a1",
                        s -> s.reduceByKeyAndEventTime(
                                STATE,
                                EventTime.tumbling(Duration.ofSeconds(1), value -> Instant.EPOCH),
                                value -> null,
                                NullsTest::join)));
        return cases.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Refused refused = entry.getValue();
                    assertThatThrownBy(() -> harness(refused)
                                    .set("records.on-error", "skip")
                                    .batches("words", List.of(refused.word, refused.word), List.of("a2"), List.of("a3"))
                                    .run())
                            .isInstanceOfSatisfying(
                                    MillraceException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CODE))
                            .hasMessageContaining("'" + refused.operator)
                            .hasMessageContaining("' at NullsTest.java:")
                            .hasMessageContaining("returned null");
                }));
    }

    /** Where a function is given one element and must return something, the element is at fault as if it had thrown. */
    @TestFactory
    Stream<DynamicTest> whatFunctionsOfOneElementMayNotReturn() {
        return Stream.of(
                        new Refused("flatMap", "z", stream -> stream.flatMap(word -> null)),
                        new Refused("mapToPair", "z", stream -> stream.mapToPair(word -> null)),
                        new Refused("mapAsync", "z", stream -> stream.mapAsync(AsyncCalls.atMost(1), word -> null)),
                        ofPairs("flatMapValues", "a1", stream -> stream.flatMapValues(value -> null)))
                .map(refused -> DynamicTest.dynamicTest(refused.operator, () -> {
                    assertThatThrownBy(() -> harness(refused).run())
                            .hasMessageContaining("'" + refused.operator + "' at NullsTest.java:")
                            .hasMessageContaining("returned null");
                    harness(refused)
                            .set("records.on-error", "skip")
                            .run()
                            .assertOutput("out")
                            .batches(list());
                }));
    }

    /** Failures of functions that combine, and of those with a state, name their operator as all others do. */
    @TestFactory
    Stream<DynamicTest> whatFailsInAnOperatorByKeyNamesIt() {
        return Stream.of(
                        new Refused("reduce", "z", s -> s.reduce((l, r) -> l.substring(9))),
                        new Refused("top", "z", s -> s.top(1, (l, r) -> l.charAt(9) - r.charAt(9))),
                        ofPairs("reduceByKey", "a1", s -> s.reduceByKey((l, r) -> l.substring(9))),
                        ofPairs(
                                "combineByKey",
                                "a1",
                                s -> s.combineByKey(v -> v.substring(9), NullsTest::join, NullsTest::join)),
                        ofPairs("runningReduce", "a1", s -> s.runningReduce(STATE, (l, r) -> l.substring(9))),
                        ofPairs("mapWithState(s)", "a1", s -> s.mapWithState(STATE, (k, v, state) -> k.substring(9))),
                        ofPairs(
                                "updateStateByKey(s)",
                                "a1",
                                s -> s.updateStateByKey(
                                        STATE,
                                        (values, old) ->
                                                Optional.of(values.get(0).substring(9)))))
                .map(refused -> DynamicTest.dynamicTest(refused.operator, () -> {
                    for (int partitions : new int[] {1, 4}) { // combined before and after the exchange
                        assertThatThrownBy(() -> harness(refused)
                                        .set("records.on-error", "skip")
                                        .partitions(partitions)
                                        .batches("words", List.of(Collections.nCopies(4, refused.word)))
                                        .run())
                                .isInstanceOf(MillraceException.class)
                                .hasMessageContaining("'" + refused.operator + "' at NullsTest.java:")
                                .hasMessageContaining(" failed on ")
                                .hasMessageContaining("IndexOutOfBounds");
                    }
                }));
    }

    @Test
    void anInitialEntryMayNotBeNull() {
        List<Pair<String, String>> noKey = List.of(Pair.of(null, "x"));
        assertThatThrownBy(() -> STATE.initial(noKey))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("state 's' has an initial entry (null,x)");
        List<Pair<String, String>> noValue = List.of(Pair.of("x", null));
        assertThatThrownBy(() -> STATE.initial(noValue)).hasMessageContaining("(x,null)");
    }
}
