// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.encryption.KeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Records what {@link RecordedLivesTest} goes on from, each with what the program had written beside its checkpoint. */
final class LifeRecorder {
    /** The last second whose batch a recorded checkpoint has as committed. */
    static final int COMMITTED = 22;
    /** The last second that a recorded checkpoint has as planned, if it has a backlog. */
    static final int PLANNED = 24;
    /** The last second whose numbers it has received, if it has a backlog. */
    static final int RECEIVED = 25;
    /** The first second whose files never became visible, if it has a backlog. */
    static final int UNFINISHED = 21;

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path target;
    private final String name;

    LifeRecorder(Path target, String name) {
        this.target = target;
        this.name = name;
    }

    /** Makes all of them. */
    void record() throws IOException {
        stopped("stopped", Map.of());
        stopped("spilled", spilled());
        Path killed = killed("killed", Map.of());
        killed("killed-spilled", spilled());
        savepoint(killed, "killed-savepoint", Map.of());
        Path home = Files.createTempDirectory("recorded");
        Map<String, String> key = new KeyFile(home.resolve("keys"), "k1").settings();
        Path encrypted = killed("killed-encrypted", key);
        savepoint(encrypted, "killed-encrypted-savepoint", key);
        Path rest = Files.createTempDirectory("recorded");
        RecordedRun run = new RecordedRun(builder(rest, Map.of()), rest, 0, 0, RecordedRun.NEVER, RecordedRun.NEVER);
        try (StreamingContext context = run.context) {
            context.start();
            run.live(1, COMMITTED);
            context.stopWithSavepoint(rest.resolve("savepoint"), SOON);
        }
        pack(rest, "stopped-savepoint", "savepoint");
    }

    /** Settings of a store of state that has more than it may keep in memory. */
    static Map<String, String> spilled() {
        return Map.of("state.store", "heap", "state.memory", "1KiB");
    }

    private static StreamingContextBuilder builder(Path home, Map<String, String> settings) {
        return StreamingContext.builder(RecordedLife.ID)
                .checkpoint(home.resolve("checkpoint"))
                .set(settings);
    }

    /** A program that was stopped gracefully. */
    private void stopped(String kind, Map<String, String> settings) throws IOException {
        Path home = Files.createTempDirectory("recorded");
        RecordedRun run = new RecordedRun(builder(home, settings), home, 0, 0, RecordedRun.NEVER, RecordedRun.NEVER);
        try (StreamingContext context = run.context) {
            context.start();
            run.live(1, COMMITTED);
            if (!context.stopGracefully(SOON)) {
                throw new IllegalStateException("not stopped");
            }
        }
        pack(home, kind, "checkpoint");
    }

    /** A program that was killed while two batches were planned, blocks were waiting, and files were not visible yet. */
    private Path killed(String kind, Map<String, String> settings) throws IOException {
        Path home = Files.createTempDirectory("recorded");
        Instant unfinished = RecordedRun.at(UNFINISHED);
        RecordedRun run =
                new RecordedRun(builder(home, settings), home, 0, 0, unfinished, RecordedRun.at(COMMITTED + 1));
        run.context.start();
        run.live(1, COMMITTED);
        for (int second = COMMITTED + 1; second <= PLANNED; second++) {
            run.feed(second);
            run.cut(second);
            run.awaitPlanned(second);
        }
        run.feed(RECEIVED);
        awaitStillness(home);
        pack(home, kind, "checkpoint");
        Path copy = Files.createTempDirectory("recorded");
        Zips.unpack(target.resolve(name + "-" + kind + ".zip"), copy);
        return copy; // the program itself never goes on
    }

    private void savepoint(Path killed, String kind, Map<String, String> settings) throws IOException {
        try (Checkpoint checkpoint =
                Checkpoint.open(killed.resolve("checkpoint").toUri(), settings, null)) {
            checkpoint.export(killed.resolve("savepoint"), false);
        }
        pack(killed, kind, "savepoint");
    }

    private void pack(Path home, String kind, String what) throws IOException {
        Zips.pack(
                home,
                target.resolve(name + "-" + kind + ".zip"),
                file -> file.startsWith(what) || file.startsWith("out") || file.startsWith("dead-letters"));
    }

    /** Returns when nothing below the directory has changed for a second. */
    private static void awaitStillness(Path directory) {
        Map<Path, String> before = Map.of();
        for (Map<Path, String> now = look(directory); !now.equals(before); now = look(directory)) {
            before = now;
            try {
                Thread.sleep(1_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Map<Path, String> look(Path directory) {
        Map<Path, String> seen = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                seen.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seen;
    }
}
