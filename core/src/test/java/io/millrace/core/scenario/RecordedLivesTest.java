// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.encryption.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that earlier versions stopped, or that were killed with batches planned and files unfinished, go on as if nothing
 * had happened: every batch of theirs has what it has in a program that was never stopped. Nothing is ever removed from
 * {@code recorded/lives}; a change of a format on disk adds what {@link Recorder} makes.
 */
@Timeout(120)
class RecordedLivesTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "recorded", "lives");
    private static final Duration SOON = Duration.ofSeconds(60);

    /** The last second. */
    private static final int END = LifeRecorder.RECEIVED + 7;

    @TempDir
    private static Path uninterrupted;

    private static Map<String, Map<Instant, List<String>>> expected;

    @TempDir
    private Path directory;

    @BeforeAll
    static void live() {
        RecordedRun run = new RecordedRun(
                StreamingContext.builder(RecordedLife.ID).checkpoint(uninterrupted.resolve("checkpoint")),
                uninterrupted,
                0,
                0,
                RecordedRun.NEVER,
                RecordedRun.NEVER);
        try (StreamingContext context = run.context) {
            context.start();
            run.live(1, END);
            end(run);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        expected = run.lines.after(RecordedRun.at(LifeRecorder.COMMITTED));
    }

    /** One more batch, without numbers. */
    private static void end(RecordedRun run) {
        run.cut(END + 1);
        run.awaitCommitted(END + 1);
    }

    static List<String> recordings() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void goesOnWhereItWas(String recording) throws Exception {
        Zips.unpack(RECORDED.resolve(recording), directory);
        StreamingContextBuilder builder = StreamingContext.builder(RecordedLife.ID);
        Map<String, String> keys =
                recording.contains("encrypted") ? new KeyFile(directory.resolve("keys"), "k1").settings() : Map.of();
        builder.set(keys).set(recording.contains("spilled") ? LifeRecorder.spilled() : Map.of());
        if (recording.contains("savepoint")) {
            builder.savepoint(directory.resolve("savepoint")).checkpoint(directory.resolve("new"));
        } else {
            builder.checkpoint(directory.resolve("checkpoint"));
            verify(directory.resolve("checkpoint"), recording, keys);
        }
        boolean backlog = recording.contains("killed");
        int cut = backlog ? LifeRecorder.PLANNED : LifeRecorder.COMMITTED;
        int fed = backlog ? LifeRecorder.RECEIVED : LifeRecorder.COMMITTED;
        RecordedRun run = new RecordedRun(builder, directory, cut, fed, RecordedRun.NEVER, RecordedRun.NEVER);
        try (StreamingContext context = run.context) {
            context.start();
            for (int second = cut + 1; second <= END; second++) {
                if (second > fed) {
                    run.feed(second);
                }
                run.cut(second);
                run.awaitCommitted(second);
            }
            end(run);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        Map<String, Map<Instant, List<String>>> lines = run.lines.after(Instant.MIN);
        assertThat(lines.keySet()).isEqualTo(expected.keySet());
        expected.forEach((output, batches) ->
                assertThat(lines.get(output)).as("batches of '%s'", output).isEqualTo(batches));
        assertThat(run.lines.accumulated()).isEqualTo((long) END * RecordedRun.PER_BATCH);
        assertEveryBatch(lines);
        assertFiles();
        assertLetters();
    }

    private static void verify(Path checkpoint, String recording, Map<String, String> keys) {
        boolean backlog = recording.contains("killed");
        try (Checkpoint read = Checkpoint.open(checkpoint.toUri(), keys, null)) {
            assertThat(read.summary().programId()).isEqualTo(RecordedLife.ID);
            assertThat(read.summary().lastCommitted()).contains(RecordedRun.at(LifeRecorder.COMMITTED));
            assertThat(read.summary().uncommitted()).hasSize(backlog ? 2 : 0);
            assertThat(read.verify().bytes()).isPositive();
        }
    }

    // ---- what is said of it without looking at a run of it ----

    private static LongStream received(int after, int until) {
        return LongStream.range((long) after * RecordedRun.PER_BATCH, (long) until * RecordedRun.PER_BATCH);
    }

    private static LongStream direct(int after, int until) {
        return received(after, until).filter(n -> n % RecordedLife.DEAD_EVERY != RecordedLife.DEAD_REST);
    }

    private static List<String> sums(LongStream numbers) {
        Map<String, Long> sums = new TreeMap<>();
        numbers.forEach(number -> sums.merge("key-" + number % RecordedLife.KEYS, number, Long::sum));
        return sums.entrySet().stream()
                .map(sum -> String.valueOf(Pair.of(sum.getKey(), sum.getValue())))
                .sorted()
                .toList();
    }

    private static void assertEveryBatch(Map<String, Map<Instant, List<String>>> lines) {
        for (int second = LifeRecorder.COMMITTED + 1; second <= END; second++) {
            Instant time = RecordedRun.at(second);
            assertThat(lines.get("sums").get(time))
                    .isEqualTo(sums(LongStream.concat(received(0, second), direct(0, second))));
            assertThat(lines.get("window-sum").get(time)).isEqualTo(sums(direct(second - 4, second)));
            assertThat(lines.get("window-count").get(time))
                    .containsExactly(String.valueOf(direct(second - 3, second).count()));
            if (time.getEpochSecond() % 2 == 0) {
                assertThat(lines.get("window").get(time))
                        .containsExactlyInAnyOrderElementsOf(received(second - 5, second)
                                .mapToObj(String::valueOf)
                                .toList());
            }
            if (time.getEpochSecond() % 3 == 0) {
                assertThat(lines.get("window-inverse").get(time)).isEqualTo(sums(received(second - 6, second)));
            }
        }
        assertThat(lines.get("window").keySet()).allMatch(time -> time.getEpochSecond() % 2 == 0);
        assertThat(lines.get("window-inverse").keySet()).allMatch(time -> time.getEpochSecond() % 3 == 0);
    }

    /** Each batch's files are there once, and nothing else is, but for the claim of a checkpoint of a savepoint. */
    private void assertFiles() throws IOException {
        Map<String, List<String>> files = new TreeMap<>();
        try (Stream<Path> batches = Files.list(directory.resolve("out"))) {
            for (Path batch : batches.filter(Files::isDirectory).toList()) {
                List<String> lines = new ArrayList<>();
                try (Stream<Path> parts = Files.list(batch)) {
                    for (Path part : parts.filter(
                                    each -> each.getFileName().toString().startsWith("part-"))
                            .toList()) {
                        lines.addAll(Files.readAllLines(part));
                    }
                }
                lines.sort(null);
                files.put(batch.getFileName().toString(), lines);
            }
        }
        Map<String, List<String>> all = new TreeMap<>();
        for (int second = 1; second <= END; second++) {
            all.put(
                    "sums-" + RecordedRun.at(second).toEpochMilli(),
                    sums(LongStream.concat(received(0, second), direct(0, second))));
        }
        all.put("sums-" + RecordedRun.at(END + 1).toEpochMilli(), List.of());
        assertThat(files).isEqualTo(all);
    }

    /** Each element that failed is in a file once. */
    private void assertLetters() throws IOException {
        List<String> letters = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory.resolve("dead-letters").resolve(RecordedLife.ID))) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).endsWith(DeadLetterFile.SUFFIX);
                DeadLetterFile.read(file).stream().map(DeadLetter::element).forEach(letters::add);
            }
        }
        assertThat(letters)
                .containsExactlyInAnyOrderElementsOf(received(0, END)
                        .filter(n -> n % RecordedLife.DEAD_EVERY == RecordedLife.DEAD_REST)
                        .mapToObj(String::valueOf)
                        .toList());
    }
}
