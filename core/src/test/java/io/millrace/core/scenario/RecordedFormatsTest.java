// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.core.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checkpoints and savepoints that earlier versions wrote are read, and their programs go on. Nothing is ever removed from
 * {@code recorded}; a change of a format on disk adds what {@link Recorder} makes.
 */
@Timeout(120)
class RecordedFormatsTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "recorded");
    private static final Duration SOON = Duration.ofSeconds(60);

    /** More numbers than any recording has seen. */
    private static final long END = Recorder.NUMBERS + 500;

    @TempDir
    private Path directory;

    private final RecordedProgram program = new RecordedProgram();

    static List<Path> checkpoints() throws IOException {
        return recorded(".zip");
    }

    static List<Path> savepoints() throws IOException {
        return recorded(".savepoint");
    }

    private static List<Path> recorded(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void aCheckpointOfAnEarlierVersionIsGoneOnFrom(Path recorded) throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        Zips.unpack(recorded, checkpoint);
        try (Checkpoint read = Checkpoint.open(checkpoint.toUri(), Map.of(), null)) {
            assertThat(read.summary().programId()).isEqualTo(RecordedProgram.ID);
            assertThat(read.verify().bytes()).isPositive();
        }
        assertGoesOn(StreamingContext.builder(RecordedProgram.ID).checkpoint(checkpoint));
    }

    @ParameterizedTest
    @MethodSource("savepoints")
    void aSavepointOfAnEarlierVersionIsGoneOnFrom(Path recorded) {
        assertGoesOn(StreamingContext.builder(RecordedProgram.ID)
                .checkpoint(directory.resolve("new"))
                .savepoint(recorded));
    }

    private void assertGoesOn(StreamingContextBuilder builder) {
        Numbers numbers = Numbers.every(Duration.ofNanos(20_000)).until(END);
        try (StreamingContext context = program.build(builder, numbers)) {
            context.start();
            await().atMost(SOON).until(() -> program.counted() >= END);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(program.counted()).isEqualTo(END);
        assertThat(program.sums()).isEqualTo(RecordedProgram.sumsOf(END));
        assertThat(program.counts()).isEqualTo(RecordedProgram.countsOf(END));
    }
}
