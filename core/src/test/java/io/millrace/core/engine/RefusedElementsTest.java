// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.OnRecordError;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An element that a sink's target refuses goes the way of one on which a function throws. */
@Timeout(60)
class RefusedElementsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("refused-" + TOPICS.incrementAndGet(), 1);
    private final String topicName = topic.partition(0).replaceFirst("-0$", "");
    private final List<StreamingEvent> events = new CopyOnWriteArrayList<>();

    private Path home() {
        return directory.resolve("home");
    }

    private StreamingContext program(Path home, OutputPolicy policy, RefusingTable table, String... settings) {
        StreamingContextBuilder builder = StreamingContext.builder("refused")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(home.resolve("checkpoint"))
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        events.add(event);
                    }
                });
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        StreamingContext context = builder.build();
        context.receive("topic-direct", Map.of("topic", topicName))
                .map(record -> record.valueUtf8())
                .save("out", policy, table.target());
        return context;
    }

    private static OutputPolicy doing(OnRecordError policy) {
        return OutputPolicy.stop().onRecordError(policy);
    }

    private static List<DeadLetter> letters(Path home) throws IOException {
        Path letters = home.resolve("dead-letters").resolve("refused");
        List<DeadLetter> found = new ArrayList<>();
        if (Files.isDirectory(letters)) {
            try (Stream<Path> files = Files.list(letters)) {
                for (Path file : files.toList()) {
                    assertThat(file.getFileName().toString())
                            .as("no file is left over")
                            .endsWith(DeadLetterFile.SUFFIX);
                    found.addAll(DeadLetterFile.read(file));
                }
            }
        }
        return found;
    }

    private void runUntil(StreamingContext context, RefusingTable table, String last) {
        try (context) {
            context.start();
            topic.add(0, last);
            await().atMost(PATIENCE).until(() -> table.rows.contains(last));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
    }

    @Test
    void itStopsTheProgramByName() {
        RefusingTable table = new RefusingTable();
        topic.add(0, "a");
        topic.add(0, "bad 1");
        try (StreamingContext context = program(home(), OutputPolicy.stop(), table)) {
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .hasMessageContainingAll(
                            "'out' at RefusedElementsTest.java", "'bad 1'", "value too long", "records.on-error")
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CODE));
        }
        assertThat(table.rows).isEmpty();
        assertThat(table.attempts).containsExactly(0);
    }

    @Test
    void itIsLeftOutAndReportedWhereTheOutputSaysSo() {
        RefusingTable table = new RefusingTable();
        for (String element : List.of("a", "bad 1", "b", "bad 2")) {
            topic.add(0, element);
        }
        runUntil(program(home(), doing(OnRecordError.SKIP), table), table, "last");
        assertThat(table.rows).containsExactly("a", "b", "last");
        List<StreamingEvent.RecordsSkipped> skipped = of(StreamingEvent.RecordsSkipped.class);
        assertThat(skipped).hasSize(1);
        assertThat(skipped.get(0).count()).isEqualTo(2);
        assertThat(skipped.get(0).example()).contains("'bad 1'", "value too long");
    }

    @Test
    void whatTheProgramSaysHoldsForSinksToo() {
        RefusingTable table = new RefusingTable();
        topic.add(0, "bad 1");
        runUntil(program(home(), OutputPolicy.stop(), table, "records.on-error", "skip"), table, "last");
        assertThat(table.rows).containsExactly("last");
    }

    @Test
    void itIsKeptAsADeadLetter() throws IOException {
        RefusingTable table = new RefusingTable();
        for (String element : List.of("a", "bad 1", "b", "bad 2")) {
            topic.add(0, element);
        }
        runUntil(program(home(), doing(OnRecordError.DEAD_LETTER), table), table, "last");
        assertThat(table.rows).containsExactly("a", "b", "last");
        List<DeadLetter> letters = letters(home());
        assertThat(letters).extracting(DeadLetter::element).containsExactlyInAnyOrder("bad 1", "bad 2");
        DeadLetter letter = letters.get(0);
        assertThat(letter.outputs()).containsExactly("out");
        assertThat(letter.operator()).isEqualTo("out");
        assertThat(letter.declaredAt()).startsWith("RefusedElementsTest.java:");
        assertThat(letter.error()).isEqualTo("java.io.IOException");
        assertThat(letter.message()).isEqualTo("value too long");
        assertThat(letter.record()).isEmpty();
        assertThat(of(StreamingEvent.DeadLettersWritten.class).stream()
                        .mapToLong(StreamingEvent.DeadLettersWritten::letters)
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void anAttemptThatFailsLeavesNoLetter() throws IOException {
        RefusingTable table = new RefusingTable();
        AtomicInteger commits = new AtomicInteger();
        table.onStep(step -> {
            if (step.equals("commit") && commits.getAndIncrement() == 0) {
                table.refuseNothing();
                throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the connection is lost");
            }
        });
        topic.add(0, "bad 1");
        runUntil(program(home(), doing(OnRecordError.DEAD_LETTER), table), table, "last");
        assertThat(table.rows).containsExactly("bad 1", "last");
        assertThat(letters(home())).isEmpty();
    }

    @Test
    void itsLetterStaysIfTheTargetHasTheBatchThoughItThrew() throws IOException {
        RefusingTable table = new RefusingTable();
        table.failThoughDone(new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the connection is lost"));
        topic.add(0, "a");
        topic.add(0, "bad 1");
        runUntil(program(home(), doing(OnRecordError.DEAD_LETTER), table), table, "last");
        assertThat(table.rows).containsExactly("a", "last");
        assertThat(letters(home())).extracting(DeadLetter::element).containsExactly("bad 1");
    }

    @Test
    void tooManyLettersStopTheProgram() {
        RefusingTable table = new RefusingTable();
        topic.add(0, "bad " + "x".repeat(4_000));
        try (StreamingContext context =
                program(home(), doing(OnRecordError.DEAD_LETTER), table, "dead-letters.max-bytes-per-batch", "1KiB")) {
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .hasMessageContaining("dead-letters.max-bytes-per-batch");
        }
        assertThat(table.rows).isEmpty();
    }

    /** What is on the disk when a step is taken is what a process that is killed there leaves. */
    @ParameterizedTest
    @CsvSource({
        "write, false",
        "settle, false",
        "commit, false",
        "return, false",
        "write, true",
        "settle, true",
        "commit, true",
        "return, true"
    })
    void aKillAtAnyStepLeavesOneLetterOrOneRow(String at, boolean mended) throws IOException {
        RefusingTable table = new RefusingTable();
        AtomicReference<RefusingTable> killed = new AtomicReference<>();
        table.onStep(step -> {
            if (step.equals(at) && killed.get() == null) {
                copy(home(), directory.resolve("killed"));
                killed.set(table.copy());
            }
        });
        topic.add(0, "a");
        topic.add(0, "bad 1");
        runUntil(program(home(), doing(OnRecordError.DEAD_LETTER), table), table, "last");

        RefusingTable after = killed.get();
        if (mended) {
            after.refuseNothing();
        }
        Path home = directory.resolve("killed");
        runUntil(program(home, doing(OnRecordError.DEAD_LETTER), after), after, "after");
        boolean kept = !mended || at.equals("return");
        assertThat(after.rows).contains("a", "last", "after").doesNotHaveDuplicates();
        assertThat(after.rows.contains("bad 1")).isEqualTo(!kept);
        assertThat(letters(home))
                .extracting(DeadLetter::element)
                .containsExactlyElementsOf(kept ? List.of("bad 1") : List.of());
    }

    @Test
    void aLetterOfBeforeIsForgottenIfTheNextStartSkips() throws IOException {
        RefusingTable table = new RefusingTable();
        AtomicReference<RefusingTable> killed = new AtomicReference<>();
        table.onStep(step -> {
            if (step.equals("commit") && killed.get() == null) {
                copy(home(), directory.resolve("killed"));
                killed.set(table.copy());
            }
        });
        topic.add(0, "bad 1");
        runUntil(program(home(), doing(OnRecordError.DEAD_LETTER), table), table, "last");

        Path home = directory.resolve("killed");
        runUntil(program(home, doing(OnRecordError.SKIP), killed.get()), killed.get(), "after");
        assertThat(letters(home)).isEmpty();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <E extends StreamingEvent> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
