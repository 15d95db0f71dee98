// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.EventTime;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamProgram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A state that another kind of operator kept is refused before the start, even if its codecs are the same. */
class KindsOfStateTest {
    private static final Codec<List<Long>> LISTS = Codecs.list(Codecs.LONG);
    private static final Window WINDOW = Window.of(Duration.ofSeconds(4));

    private static StreamProgram program(String operator) {
        return in -> {
            PairDStream<String, List<Long>> pairs = in.pairs("in", Codecs.STRING, LISTS);
            in.collect("out", over(operator, pairs));
        };
    }

    private static DStream<?> over(String operator, PairDStream<String, List<Long>> pairs) {
        StateSpec<String, List<Long>> spec = StateSpec.named("s", Codecs.STRING, LISTS);
        return switch (operator) {
            case "runningReduce" -> pairs.runningReduce(spec, KindsOfStateTest::later);
            case "updateStateByKey" ->
                pairs.updateStateByKey(
                        spec, (values, held) -> values.isEmpty() ? held : Optional.of(values.get(values.size() - 1)));
            case "mapWithState" ->
                pairs.mapWithState(spec, (key, value, state) -> {
                    value.ifPresent(state::update);
                    return Pair.of(key, state.get());
                });
            case "reduceByKeyAndEventTime" ->
                pairs.reduceByKeyAndEventTime(
                        spec,
                        EventTime.tumbling(Duration.ofSeconds(1), value -> Instant.EPOCH),
                        value -> value,
                        KindsOfStateTest::later);
            case "window" -> pairs.window("s", Codecs.pair(Codecs.STRING, LISTS), WINDOW);
            case "reduceByKeyAndWindow" -> pairs.reduceByKeyAndWindow(spec, WINDOW, KindsOfStateTest::later);
            case "groupByKeyAndWindow" ->
                pairs.mapValues(list -> list.get(0)).groupByKeyAndWindow("s", Codecs.STRING, Codecs.LONG, WINDOW);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static List<Long> later(List<Long> before, List<Long> after) {
        return after;
    }

    private static StreamHarness upgraded(String before, String after) {
        return StreamHarness.of(program(before))
                .upgradeBefore(2, program(after))
                .batches("in", List.of(Pair.of("a", List.of(1L))), List.of(Pair.of("a", List.of(2L))), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "reduceByKeyAndWindow, runningReduce",
        "reduceByKeyAndWindow, updateStateByKey",
        "groupByKeyAndWindow, runningReduce",
        "runningReduce, reduceByKeyAndWindow",
        "updateStateByKey, groupByKeyAndWindow",
        "runningReduce, mapWithState",
        "mapWithState, updateStateByKey",
        "mapWithState, reduceByKeyAndEventTime",
        "reduceByKeyAndEventTime, reduceByKeyAndWindow",
        "window, reduceByKeyAndWindow",
        "runningReduce, window",
    })
    void anotherKindIsRefused(String before, String after) {
        assertThatThrownBy(() -> upgraded(before, after).run())
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> org.assertj.core.api.Assertions.assertThat(refused.code())
                                .isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessageContaining("state 's' was kept by " + before + ", but the program declares it for " + after)
                .hasMessageContaining("give the new state another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runningReduce, updateStateByKey", "updateStateByKey, runningReduce"})
    void whatAKeyHasIsTheSameForOperatorsThatHoldNothingElse(String both) {
        String[] operators = both.split(", ");
        upgraded(operators[0], operators[1])
                .batches(
                        "in",
                        List.of(),
                        List.of(Pair.of("b", List.of(2L))),
                        List.of(),
                        List.of(Pair.of("b", List.of(5L))))
                .run()
                .assertOutput("out")
                .batch(3, Pair.of("b", List.of(5L)));
    }

    @ParameterizedTest
    @CsvSource({"reduceByKeyAndWindow, groupByKeyAndWindow", "groupByKeyAndWindow, reduceByKeyAndWindow"})
    void windowsByKeyGoOnFromEachOther(String before, String after) {
        upgraded(before, after)
                .run()
                .assertOutput("out")
                .batch(2, Pair.of("a", after.startsWith("group") ? List.of(1L, 2L) : List.of(2L)));
    }
}
