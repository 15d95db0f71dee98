// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.source.Position;
import io.millrace.core.checkpoint.CheckpointEditor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program whose source knows that it has read before is not begun anew on an empty or a wrong checkpoint unasked. */
@Timeout(60)
class LostStateTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("lost-state", 1);
    private final Topic others = Topic.create("lost-state-others", 1);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whatTheSourceKnowsIsNotBegunAnewUnasked(String provider) {
        topic.remembering();
        topic.add(0, "one");
        run(provider, program("right"), List.of("one"));
        topic.add(0, "two");
        run(provider, program("right"), List.of("one", "two"));

        Path savepoint = directory.resolve("savepoint");
        try (StreamingContext context = program("right").build()) {
            declare(context, provider);
            context.start();
            assertThat(context.stopWithSavepoint(savepoint, DEADLINE)).isTrue();
        }
        for (int again = 0; again < 2; again++) {
            try (StreamingContext context = program("wrong").build()) {
                declare(context, provider);
                assertThatThrownBy(context::start)
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USER_CONFIG))
                        .hasMessage("the checkpoint " + place("wrong")
                                + " knows nothing of input 'lines', but the source (" + provider
                                + ") says that program 'lost-state' has read it up to {lost-state-0=2}: start it with the"
                                + " checkpoint of then; or set start.accept-lost-state = true once, to begin anew where"
                                + " the settings of the input say");
            }
        }
        topic.add(0, "three");
        run(provider, program("moved").savepoint(savepoint), List.of("one", "two", "three"));
        seen.clear();
        run(provider, program("wrong").set("start.accept-lost-state", "true"), List.of("one", "two", "three"));
        run(provider, program("wrong"), List.of("one", "two", "three"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void anOlderCopyOfTheCheckpointIsNotReadOnFromUnasked(String provider) throws IOException {
        topic.remembering();
        topic.add(0, "one");
        run(provider, program("latest"), List.of("one"));
        copy("latest", "older");
        topic.add(0, "two");
        run(provider, program("latest"), List.of("one", "two"));
        for (int again = 0; again < 2; again++) {
            try (StreamingContext context = program("older").build()) {
                declare(context, provider);
                assertThatThrownBy(context::start)
                        .isInstanceOf(MillraceException.class)
                        .hasMessage("the checkpoint " + place("older")
                                + " has read input 'lines' up to {lost-state-0=1}, but the source (" + provider
                                + ") says that program 'lost-state' has read it up to {lost-state-0=2}: it is an older"
                                + " copy: start it with the latest checkpoint; or set start.accept-lost-state = true"
                                + " once, to process again what came after that copy");
            }
        }
        run(provider, program("older").set("start.accept-lost-state", "true"), List.of("one", "two", "two"));
        run(provider, program("older"), List.of("one", "two", "two"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whoMovesPositionsBackIsNotAsked(String provider) {
        topic.remembering();
        topic.add(0, "one");
        run(provider, program("right"), List.of("one"));
        try (CheckpointEditor editor = CheckpointEditor.open(place("right"), Map.of(), null, false)) {
            editor.setPositions("lines", Map.of("lost-state-0", Position.of(0)));
        }
        run(provider, program("right"), List.of("one", "one"));
        run(provider, program("right"), List.of("one", "one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whoMovesPositionsBackIsNotAskedAfterTheLedgerWasCutEither(String provider) {
        topic.remembering();
        topic.add(0, "one");
        run(provider, program("right"), List.of("one"));
        try (CheckpointEditor editor = CheckpointEditor.open(place("right"), Map.of(), null, false)) {
            editor.setPositions("lines", Map.of("lost-state-0", Position.of(0)));
        }
        others.add(0, "of another input"); // the program reads that only, and its graceful stop cuts the ledger
        try (StreamingContext context = program("right").build()) {
            context.receive("others", provider, Map.of("topic", "lost-state-others"))
                    .map(record -> requireNonNull(record.valueUtf8()))
                    .foreachBatch(batch -> {});
            context.start();
            assertThat(context.stopGracefully(DEADLINE)).isTrue();
        }
        run(provider, program("right"), List.of("one", "one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whoGoesBackToASavepointIsNotAskedThenOrLater(String provider) {
        topic.remembering();
        topic.add(0, "one");
        Path savepoint = directory.resolve("savepoint");
        try (StreamingContext context = program("first").build()) {
            declare(context, provider);
            context.start();
            await().atMost(DEADLINE).until(() -> seen.size() == 1);
            assertThat(context.stopWithSavepoint(savepoint, DEADLINE)).isTrue();
        }
        topic.add(0, "two");
        run(provider, program("first"), List.of("one", "two"));
        failing = true;
        try (StreamingContext context = program("back").savepoint(savepoint).build()) {
            declare(context, provider);
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(DEADLINE)).hasStackTraceContaining("a test says so");
        }
        failing = false;
        try (CheckpointEditor editor = CheckpointEditor.open(place("imported"), Map.of(), null, true)) {
            editor.importFrom(savepoint);
        }
        seen.clear();
        run(provider, program("back"), List.of("two"));
        seen.clear();
        run(provider, program("imported"), List.of("two"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whereNothingDurableWasAskedForNothingIsLost(String provider) {
        topic.remembering();
        topic.add(0, "one");
        run(provider, program(URI.create("mem:/")), List.of("one"));
        topic.add(0, "two");
        seen.clear();
        run(provider, program(URI.create("mem:/")), List.of("one", "two"));
        if (provider.equals("topic-direct")) { // no checkpoint at all, which receivers do not allow
            seen.clear();
            run(
                    provider,
                    StreamingContext.builder("lost-state").batchInterval(Duration.ofMillis(10)),
                    List.of("one", "two"));
        }
    }

    private void copy(String from, String to) throws IOException {
        Path source = directory.resolve(from);
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        directory.resolve(to).resolve(source.relativize(each).toString()));
            }
        }
    }

    private StreamingContextBuilder program(String checkpoint) {
        return program(place(checkpoint));
    }

    private static StreamingContextBuilder program(URI checkpoint) {
        return StreamingContext.builder("lost-state")
                .batchInterval(Duration.ofMillis(10))
                .checkpoint(checkpoint)
                .set("block.interval", "5ms");
    }

    private URI place(String checkpoint) {
        return URI.create("file://" + directory.resolve(checkpoint));
    }

    private void declare(StreamingContext context, String provider) {
        context.receive("lines", provider, Map.of("topic", "lost-state"))
                .map(record -> requireNonNull(record.valueUtf8()))
                .foreachBatch(batch -> batch.forEach(word -> {
                    if (failing) {
                        throw new IllegalStateException("fails because a test says so");
                    }
                    seen.add(word);
                }));
    }

    private void run(String provider, StreamingContextBuilder builder, List<String> all) {
        try (StreamingContext context = builder.build()) {
            declare(context, provider);
            context.start();
            await().atMost(DEADLINE).until(() -> seen.size() >= all.size());
            assertThat(context.stopGracefully(DEADLINE)).isTrue();
        }
        assertThat(seen).isEqualTo(all);
    }
}
