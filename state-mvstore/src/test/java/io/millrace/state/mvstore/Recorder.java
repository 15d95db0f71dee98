// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Records what {@link RecordedStateTest} goes on from: a checkpoint of a program that was stopped, and one of a program that
 * was killed while two batches were planned. Arguments: the directory to write to, and a name.
 */
final class Recorder {
    /** The last second whose batch is committed. */
    static final int COMMITTED = 16;
    /** The last second whose batch is planned, if it was killed. */
    static final int PLANNED = 18;

    private Recorder() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Files.createDirectories(Path.of(arguments[0]));
        Path home = Files.createTempDirectory("recorded");
        RecordedProgram stopped = new RecordedProgram(home, 0, Instant.MAX);
        stopped.context.start();
        stopped.live(1, COMMITTED);
        if (!stopped.context.stopGracefully(Duration.ofSeconds(30))) {
            throw new IllegalStateException("not stopped");
        }
        pack(home, target.resolve(arguments[1] + "-stopped.zip"));

        Path other = Files.createTempDirectory("recorded");
        RecordedProgram killed = new RecordedProgram(other, 0, RecordedProgram.at(COMMITTED + 1));
        killed.context.start();
        killed.live(1, COMMITTED);
        for (int second = COMMITTED + 1; second <= PLANNED; second++) {
            killed.cut(second);
            killed.awaitPlanned(second);
        }
        Thread.sleep(3_000); // until all that can be written is
        pack(other, target.resolve(arguments[1] + "-killed.zip"));
        Runtime.getRuntime().halt(0); // the program that counts as killed is still there
    }

    private static void pack(Path home, Path zip) throws IOException {
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(home.resolve("checkpoint"))) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                entries.putNextEntry(new ZipEntry(home.relativize(each).toString()));
                Files.copy(each, entries);
                entries.closeEntry();
            }
        }
    }

    static void unpack(Path zip, Path into) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = into.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(entries, target);
            }
        }
    }
}
