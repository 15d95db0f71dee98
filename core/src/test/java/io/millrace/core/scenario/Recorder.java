// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Records what {@link RecordedFormatsTest} reads: a checkpoint of a program that was stopped in the middle of its work, and
 * a savepoint; and what {@link RecordedLivesTest} reads. Arguments: the directory to write to, and a name.
 */
final class Recorder {
    /** How many numbers a recording has at most. */
    static final long NUMBERS = 3_000;

    private static final Duration SOON = Duration.ofSeconds(30);

    private Recorder() {}

    public static void main(String[] arguments) throws IOException {
        Path target = Files.createDirectories(Path.of(arguments[0]));
        Path checkpoint = Files.createTempDirectory("recorded");
        Numbers numbers = Numbers.every(Duration.ofNanos(100_000)).until(NUMBERS);
        RecordedProgram program = new RecordedProgram();
        try (StreamingContext context =
                program.build(StreamingContext.builder(RecordedProgram.ID).checkpoint(checkpoint), numbers)) {
            context.start();
            await().atMost(SOON).until(() -> program.counted() > NUMBERS / 2);
            context.stop();
        }
        Zips.pack(checkpoint, target.resolve(arguments[1] + ".zip"), file -> true);
        RecordedProgram again = new RecordedProgram();
        try (StreamingContext context =
                again.build(StreamingContext.builder(RecordedProgram.ID).checkpoint(checkpoint), numbers)) {
            context.start();
            await().atMost(SOON).until(() -> again.counted() > 2 * NUMBERS / 3);
            context.stopWithSavepoint(target.resolve(arguments[1] + ".savepoint"), SOON);
        }
        new LifeRecorder(Files.createDirectories(target.resolve("lives")), arguments[1]).record();
        Runtime.getRuntime().halt(0); // programs that count as killed are still there
    }
}
