// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
 * Programs with state in the store that earlier versions stopped, or that were killed, go on as if nothing had happened.
 * Nothing is ever removed from {@code recorded}; a change of a format on disk adds what {@link Recorder} makes.
 */
@Timeout(120)
class RecordedStateTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "recorded");
    private static final int END = Recorder.PLANNED + 7;

    @TempDir
    private static Path uninterrupted;

    private static Map<String, Map<Instant, List<String>>> expected;

    @TempDir
    private Path directory;

    @BeforeAll
    static void live() throws InterruptedException {
        expected = live(new RecordedProgram(uninterrupted, 0, Instant.MAX), 0)
                .after(RecordedProgram.at(Recorder.COMMITTED));
    }

    static List<String> recordings() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RecordedProgram live(RecordedProgram program, int cut) throws InterruptedException {
        try (program.context) {
            program.context.start();
            program.live(cut + 1, END);
            assertThat(program.context.stopGracefully(Duration.ofSeconds(30))).isTrue();
        }
        return program;
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void goesOnWhereItWas(String recording) throws Exception {
        Recorder.unpack(RECORDED.resolve(recording), directory);
        int cut = recording.contains("killed") ? Recorder.PLANNED : Recorder.COMMITTED;
        Map<String, Map<Instant, List<String>>> lines =
                live(new RecordedProgram(directory, cut, Instant.MAX), cut).after(Instant.MIN);
        assertThat(lines.keySet()).isEqualTo(expected.keySet());
        expected.forEach((output, batches) ->
                assertThat(lines.get(output)).as("batches of '%s'", output).isEqualTo(batches));
        for (int second = Recorder.COMMITTED + 1; second <= END; second++) {
            Instant time = RecordedProgram.at(second);
            assertThat(lines.get("sums").get(time)).isEqualTo(sums(second));
            assertThat(lines.get("window").get(time))
                    .containsExactlyInAnyOrderElementsOf(numbers(second - 4, second)
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }

    private static LongStream numbers(int after, int until) {
        return LongStream.range((long) after * RecordedProgram.PER_BATCH, (long) until * RecordedProgram.PER_BATCH);
    }

    /** Those of the keys that the second's numbers touch. */
    private static List<String> sums(int second) {
        Map<String, Long> sums = new TreeMap<>();
        numbers(0, second).forEach(number -> sums.merge("key-" + number % RecordedProgram.KEYS, number, Long::sum));
        return numbers(second - 1, second)
                .mapToObj(number -> "key-" + number % RecordedProgram.KEYS)
                .map(key -> String.valueOf(Pair.of(key, sums.get(key))))
                .sorted()
                .toList();
    }
}
