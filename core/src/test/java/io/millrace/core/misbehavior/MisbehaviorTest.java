// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.DeadLettersWritten;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.misbehavior.Item.Lie;
import io.millrace.testkit.stream.StreamHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each misbehavior in each place where code of the program runs, under each policy: the policy holds, or the program ends
 * with a reason that names operator, line, element and what was thrown. All that it says is in
 * {@code target/misbehavior.txt}, to be read as somebody would who has never seen it.
 */
class MisbehaviorTest {
    private static final List<String> SAID = Collections.synchronizedList(new ArrayList<>());

    private final List<StreamingEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final StreamingListener listener = new StreamingListener() {
        @Override
        public void onEvent(StreamingEvent event) {
            events.add(event);
        }
    };

    @TempDir
    private Path directory;

    static Stream<Arguments> everywhere() {
        return Stream.of(Places.values()).flatMap(MisbehaviorTest::each);
    }

    static Stream<Arguments> inOneElement() {
        return Places.ofOne().flatMap(MisbehaviorTest::each);
    }

    private static Stream<Arguments> each(Places place) {
        return Stream.of(Misbehavior.values()).map(how -> Arguments.of(place, how));
    }

    @AfterAll
    static void writeWhatWasSaid() throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "misbehavior.txt"), SAID);
    }

    private StreamHarness program(Places place, Misbehavior how, Lie lie) {
        return StreamHarness.of(
                        "out",
                        in -> place.of(
                                in.input("in", Codecs.INT).map(n -> new Item(n, n == 3 ? lie : Lie.NONE, how)), how))
                .set("scheduler.task.max-failures", "2")
                .set("scheduler.task.retry-backoff", "0ms")
                .set("dead-letters.directory", directory.toString())
                .listener(listener)
                .partitions(1)
                .batches("in", List.of(1, 3, 5));
    }

    private static String messageOf(StreamHarness harness, String heading) {
        Throwable thrown = catchThrowable(harness::run);
        assertThat(thrown).as(heading).isInstanceOf(MillraceException.class);
        SAID.add(heading + "\n    " + thrown.getMessage());
        return String.valueOf(thrown.getMessage());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void theProgramEndsWithAReason(Places place, Misbehavior how) {
        assertThat(messageOf(program(place, how, place.lie()), place + " " + how + " stop"))
                .containsPattern("'" + place.operator() + "(\\(.\\))?' at Places.java:\\d+ failed on")
                .contains(place == Places.LOOKUP ? "k" : "item3")
                .contains(how.named())
                .contains("records.on-error");
    }

    @ParameterizedTest
    @MethodSource("inOneElement")
    void theBatchDoesWithoutTheElement(Places place, Misbehavior how) {
        program(place, how, Lie.NONE).set("records.on-error", "skip").run();
        assertThat(events)
                .filteredOn(RecordsSkipped.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    RecordsSkipped skipped = (RecordsSkipped) event;
                    SAID.add(place + " " + how + " skip\n    " + skipped.operator() + ": " + skipped.example());
                    assertThat(skipped.operator()).startsWith("'" + place.operator() + "' at Places.java:");
                    assertThat(skipped.count()).isEqualTo(1);
                    assertThat(skipped.example()).contains("item3").contains(how.named());
                });
    }

    @ParameterizedTest
    @MethodSource("inOneElement")
    void theElementIsKept(Places place, Misbehavior how) {
        program(place, how, Lie.NONE).set("records.on-error", "dead-letter").run();
        assertThat(events)
                .filteredOn(DeadLettersWritten.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(
                                ((DeadLettersWritten) event).operators().values())
                        .containsExactly(1L));
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void anElementThatCannotBeShownIsSkippedToo(Misbehavior how) {
        assertThat(messageOf(program(Places.MAP, how, Lie.TO_STRING), "an element that cannot be shown, " + how))
                .contains("'map' at Places.java:")
                .contains("an element of " + Item.class.getName() + " whose toString() throws")
                .contains(how.named());
        for (String policy : List.of("skip", "dead-letter")) {
            events.clear();
            program(Places.MAP, how, Lie.TO_STRING)
                    .set("records.on-error", policy)
                    .run();
            assertThat(events)
                    .filteredOn(event -> event instanceof RecordsSkipped || event instanceof DeadLettersWritten)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aPolicyForElementsLeavesNothingOutThatIsNotOne(Places place, Misbehavior how) {
        if (!place.isOfOne()) {
            assertThat(messageOf(
                            program(place, how, place.lie()).set("records.on-error", "skip"),
                            place + " " + how + " skip"))
                    .contains("records.on-error has no say");
        }
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void anOutputEndsTheProgramWithAReasonOrDoesWithoutTheBatch(Misbehavior how) {
        assertThat(messageOf(output(how, OutputPolicy.stop()), "output " + how + " stop"))
                .contains("output 'bad' failed on batch")
                .contains("element 'item3'")
                .contains("declared at MisbehaviorTest.java:")
                .contains(how.named());
        int[] calls = {0};
        output(() -> calls[0]++, how, OutputPolicy.skip().retry(1, Duration.ZERO))
                .run();
        assertThat(calls[0]).isEqualTo(2);
    }

    private StreamHarness output(Misbehavior how, OutputPolicy policy) {
        return output(() -> {}, how, policy);
    }

    private StreamHarness output(Runnable called, Misbehavior how, OutputPolicy policy) {
        return StreamHarness.of(in -> in.input("in", Codecs.INT)
                        .map(n -> new Item(n, Lie.NONE, how))
                        .foreachBatch("bad", policy, batch -> {
                            called.run();
                            batch.forEach(item -> {
                                if (item.number() == 3) {
                                    how.act();
                                }
                            });
                        }))
                .partitions(1)
                .batches("in", List.of(1, 3, 5));
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void aListenerEndsNothing(Misbehavior how) {
        program(Places.MAP, Misbehavior.THROWS, Lie.NONE)
                .set("records.on-error", "skip")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        how.<RuntimeException, Object>now();
                    }
                })
                .run();
    }
}
