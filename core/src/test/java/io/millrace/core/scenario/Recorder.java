// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Records what {@link RecordedFormatsTest} reads: a checkpoint of a program that was stopped in the middle of its work, and
 * a savepoint. Arguments: the directory to write to, and a name.
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
        pack(checkpoint, target.resolve(arguments[1] + ".zip"));
        RecordedProgram again = new RecordedProgram();
        try (StreamingContext context =
                again.build(StreamingContext.builder(RecordedProgram.ID).checkpoint(checkpoint), numbers)) {
            context.start();
            await().atMost(SOON).until(() -> again.counted() > 2 * NUMBERS / 3);
            context.stopWithSavepoint(target.resolve(arguments[1] + ".savepoint"), SOON);
        }
    }

    private static void pack(Path directory, Path zip) throws IOException {
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                entries.putNextEntry(new ZipEntry(directory.relativize(each).toString()));
                Files.copy(each, entries);
                entries.closeEntry();
            }
        }
    }
}
