// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.StreamingStarted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointEditor;
import io.millrace.spi.sink.SinkClaim;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several checkpoints of one program has a target, and that whoever may not have it changes nothing. */
@Timeout(120)
class SinkClaimsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static final String CONSENT = "start.accept-lost-state";

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("claims-" + TOPICS.incrementAndGet(), 1);
    private final String topicName = topic.partition(0).replaceFirst("-0$", "");
    private final SharedTables tables = new SharedTables();
    private final AtomicLong epoch = new AtomicLong();
    private int added;

    private StreamingContextBuilder builder(String place) {
        return StreamingContext.builder("claims")
                .batchInterval(Duration.ofMillis(10))
                .checkpoint(directory.resolve(place));
    }

    private StreamingContext program(StreamingContextBuilder builder, String... outputs) {
        StreamingContext context = builder.build();
        var lines = context.receive("lines", "topic-direct", Map.of("topic", topicName))
                .map(record -> record.valueUtf8());
        for (String output : outputs) {
            lines.map(line -> output + line).save(output, OutputPolicy.stop(), tables.target());
        }
        context.addListener(new StreamingListener() {
            @Override
            public void onStreamingStarted(StreamingStarted event) {
                epoch.set(event.epoch());
            }
        });
        return context;
    }

    /** Starts, writes one more line to each output, and stops. */
    private void writes(StreamingContextBuilder builder, String... outputs) {
        try (StreamingContext context = program(builder, outputs)) {
            context.start();
            writeOne(outputs);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
    }

    private void writeOne(String... outputs) {
        topic.add(0, String.valueOf(++added));
        for (String output : outputs) {
            await().atMost(PATIENCE).until(() -> tables.rows().contains(output + added));
        }
    }

    private void refused(StreamingContextBuilder builder, ErrorCode code, String[] outputs, String... says) {
        Map<String, SinkClaim> before = Map.copyOf(tables.claims);
        try (StreamingContext context = program(builder, outputs)) {
            assertThatThrownBy(context::start)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            refused -> assertThat(refused.code()).isEqualTo(code))
                    .hasMessageContainingAll(says);
        }
        assertThat(tables.claims).isEqualTo(before);
    }

    private static String[] outputs(String... names) {
        return names;
    }

    private Path savepointOf(String place) {
        Path file = directory.resolve(place + "-" + added + ".savepoint");
        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve(place).toUri(), Map.of(), null)) {
            checkpoint.export(file, false);
        }
        return file;
    }

    /** A builder of a program that begins from a savepoint, in one of the two ways. */
    private StreamingContextBuilder begins(String place, Path savepoint, boolean imported) {
        if (!imported) {
            return builder(place).savepoint(savepoint);
        }
        try (CheckpointEditor editor =
                CheckpointEditor.open(directory.resolve(place).toUri(), Map.of(), null, false)) {
            editor.importFrom(savepoint);
        }
        return builder(place);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCheckpointOfASavepointTakesTheTargetOverAndTheOldOneIsRefusedForGood(boolean imported) {
        for (int start = 0; start < 5; start++) {
            writes(builder("a"), "out");
        }
        String old = tables.claim("out").identity();
        StreamingContextBuilder begun = begins("b", savepointOf("a"), imported);
        writes(begun, "out");
        String taken = tables.claim("out").identity();
        assertThat(taken).isNotEqualTo(old);
        assertThat(tables.claim("out").epoch()).isLessThan(5);
        for (int again = 0; again < 12; again++) {
            refused(builder("a"), ErrorCode.FENCED, outputs("out"), old, taken, "the row in tables", "export");
        }
        writes(begun, "out");
        assertThat(tables.rows()).containsExactly("out1", "out2", "out3", "out4", "out5", "out6", "out7");
        // which is gone back to once more, in a third place: the epoch of the old one was not raised
        StreamingContextBuilder back = begins("c", savepointOf("a"), imported).set(CONSENT, "true");
        epoch.set(0);
        writes(back, "out");
        refused(
                begun,
                ErrorCode.FENCED,
                outputs("out"),
                taken,
                tables.claim("out").identity());
        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("a").toUri(), Map.of(), null)) {
            assertThat(checkpoint.summary().epoch()).isEqualTo(5);
        }
    }

    @Test
    void aProgramThatRunsWhileAnotherTakesItsTargetOverWritesNothingMore() {
        try (StreamingContext context = program(builder("a"), "out")) {
            context.start();
            writeOne("out");
            writes(begins("b", savepointOf("a"), true), "out");
            topic.add(0, "late");
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
        }
        assertThat(tables.rows()).containsExactly("out1", "out2");
    }

    @Test
    void whatTheTargetHasOfTheSavepointsBatchesIsNotWrittenAgain() {
        try (StreamingContext context = program(builder("a").set("output.retry-for", "0ms"), "out")) {
            context.start();
            tables.losingAnAnswer = true;
            topic.add(0, "1");
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE)).hasMessageContaining("the answer is lost");
        }
        added = 1;
        writes(begins("b", savepointOf("a"), true), "out");
        assertThat(tables.rows()).containsExactly("out1", "out2");
    }

    @Test
    void laterBatchesThanTheSavepointsNeedConsentAndThenNoneIsSkipped() {
        writes(builder("a"), "out");
        Path savepoint = savepointOf("a");
        writes(builder("a"), "out");
        Instant future = Instant.parse("2200-01-01T00:00:00Z");
        SinkClaim claim = tables.claim("out");
        tables.put("out", new SinkClaim(claim.identity(), claim.epoch(), Optional.of(future), claim.place()));
        StreamingContextBuilder begun = begins("b", savepoint, true);
        for (int again = 0; again < 3; again++) {
            refused(
                    begun,
                    ErrorCode.USER_CONFIG,
                    outputs("out"),
                    "output 'out' has batch 2200-01-01T00:00:00Z",
                    CONSENT + " = true once");
        }
        try (StreamingContext context = program(begun.set(CONSENT, "true"), "out")) {
            context.start();
            await().atMost(PATIENCE).until(() -> tables.rows().size() == 3);
            writeOne("out");
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        writes(builder("b"), "out"); // once
        assertThat(tables.rows()).containsExactly("out1", "out2", "out2", "out3", "out4");
    }

    @Test
    void ofTwoTargetsTheFirstIsLeftAloneIfTheSecondRefuses() {
        writes(builder("others"), "second");
        for (int again = 0; again < 3; again++) {
            refused(builder("new"), ErrorCode.FENCED, outputs("first", "second"), "output 'second'");
            assertThat(tables.claims).containsOnlyKeys("second");
        }
        writes(builder("new"), "first"); // nothing was raised
        assertThat(epoch).hasValue(1);
    }

    @Test
    void aStartThatDiedInTheMiddleOfClaimingGoesOnUnlessAnotherWasFaster() {
        writes(builder("a"), "first", "second");
        Path savepoint = savepointOf("a");
        for (String place : List.of("b", "c")) {
            tables.dyingAtClaim = "second";
            try (StreamingContext context = program(begins(place, savepoint, true), "first", "second")) {
                assertThatThrownBy(context::start).hasMessageContaining("the line is dead");
            }
        }
        assertThat(tables.claim("first").identity())
                .isNotEqualTo(tables.claim("second").identity());
        refused(builder("b"), ErrorCode.FENCED, outputs("first", "second"), "output 'first'");
        writes(builder("c"), "first", "second");
        assertThat(tables.claim("first").identity())
                .isEqualTo(tables.claim("second").identity());
        refused(builder("b"), ErrorCode.FENCED, outputs("first", "second"), "output 'first'");
        refused(builder("a"), ErrorCode.FENCED, outputs("first", "second"), "output 'first'");
    }

    @Test
    void aCopyOfACheckpointThatHasGoneOnIsRefusedHoweverOftenItIsStarted() throws IOException {
        writes(builder("a"), "out");
        try (Stream<Path> all = Files.walk(directory.resolve("a"))) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        directory
                                .resolve("copy")
                                .resolve(directory.resolve("a").relativize(each).toString()));
            }
        }
        writes(builder("a"), "out");
        for (int again = 0; again < 5; again++) {
            refused(builder("copy").set(CONSENT, "true"), ErrorCode.FENCED, outputs("out"), "it is a copy", "export");
        }
        writes(builder("a"), "out");
        assertThat(epoch).hasValue(3);
    }

    @Test
    void whoeverBeginsAnewTakesATargetOverOnlyIfToldAndIsNotAskedAgain() {
        writes(builder("lost"), "first", "second");
        String lost = tables.claim("first").identity();
        for (int again = 0; again < 3; again++) {
            refused(builder("new"), ErrorCode.FENCED, outputs("first", "second"), lost, CONSENT + " = true once");
        }
        tables.dyingAtClaim = "second";
        try (StreamingContext context = program(builder("new").set(CONSENT, "true"), "first", "second")) {
            assertThatThrownBy(context::start).hasMessageContaining("the line is dead");
        }
        refused(builder("lost").set(CONSENT, "true"), ErrorCode.FENCED, outputs("first", "second"), "'first'");
        writes(builder("new").set(CONSENT, "true"), "first", "second");
        writes(builder("new"), "first", "second");
        assertThat(tables.claim("first").identity())
                .isEqualTo(tables.claim("second").identity())
                .isNotEqualTo(lost);
        refused(builder("lost").set(CONSENT, "true"), ErrorCode.FENCED, outputs("first", "second"), "'first'");
        assertThat(tables.rows()).contains("first2", "second2", "first3", "second3");
    }

    @Test
    void aCheckpointInMemoryPromisesNothingAndTakesTargetsOver() {
        for (int start = 0; start < 3; start++) {
            writes(builder("a").checkpoint(URI.create("mem:/")), "out");
        }
        assertThat(tables.rows()).contains("out1", "out2", "out3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem:/", "anew"})
    void directoriesOfBeforeStopNobodyWhoBeginsAnew(String place) {
        for (int start = 0; start < 3; start++) {
            URI checkpoint = place.equals("anew")
                    ? directory.resolve("checkpoint" + start).toUri()
                    : URI.create(place);
            StreamingContext context = builder("a").checkpoint(checkpoint).build();
            context.receive("lines", "topic-direct", Map.of("topic", topicName))
                    .map(record -> record.valueUtf8())
                    .saveTo("files", "text-files", Map.of("prefix", directory + "/out/lines"));
            try (context) {
                context.start();
                topic.add(0, "line" + start);
                assertThat(context.stopGracefully(PATIENCE)).isTrue();
            }
        }
    }
}
