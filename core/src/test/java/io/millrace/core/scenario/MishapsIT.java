// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A live checkpoint is copied, and parts of it are removed and renamed, at random moments. The program goes on, or another
 * process does, or it ends and says why; and no number is lost or counted twice.
 */
@Timeout(600)
class MishapsIT {
    private static final int MISHAPS = Integer.getInteger("millrace.test.mishaps", 3);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Path place = Path.of("");
    private Path out = Path.of("");
    private final List<Running> all = new ArrayList<>();
    private int names;

    /** A process of the program. */
    private record Running(Process process, BufferedReader output, Writer input) {
        /** The next line that it says. */
        String line() throws IOException {
            return String.valueOf(output.readLine());
        }

        void order(String order) throws IOException {
            input.write(order + "\n");
            input.flush();
        }
    }

    /** What happens to a live checkpoint. */
    private enum Mishap {
        COPIED_WITHIN,
        LOCK_REMOVED,
        LOCK_RENAMED,
        COPIED,
        PART_RENAMED,
        REPLACED_BY_A_COPY
    }

    @BeforeEach
    void places() throws IOException {
        place = directory.resolve("checkpoint");
        out = Files.createDirectory(directory.resolve("out"));
    }

    @AfterEach
    void nothingIsLeft() {
        all.forEach(running -> running.process.destroyForcibly());
    }

    private Running start() throws IOException {
        return running(TestJvm.start(MishapMain.class, List.of(place.toString(), out.toString())));
    }

    private Running running(Process process) {
        Running running = new Running(
                process, process.inputReader(StandardCharsets.UTF_8), process.outputWriter(StandardCharsets.UTF_8));
        all.add(running);
        return running;
    }

    private Running started() throws IOException {
        Running running = start();
        assertThat(running.line()).isEqualTo("started");
        return running;
    }

    private Path elsewhere() {
        return directory.resolve("elsewhere-" + names++);
    }

    @Test
    void nothingIsLostOrCountedTwiceWhateverHappensToTheFiles() throws Exception {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        Random random = new Random(seed);
        Running running = started();
        List<String> story = new ArrayList<>();
        for (int i = 0; i < MISHAPS; i++) {
            Mishap mishap = i < 3 ? Mishap.values()[(2 * i + random.nextInt(2))] : Mishap.values()[random.nextInt(6)];
            story.add(mishap.name());
            awaitProgress();
            LockSupport.parkNanos(random.nextInt(100_000_000));
            running = happens(mishap, running, random, story);
        }
        awaitProgress();
        running.order("stop");
        assertThat(running.line()).as("seed %d, %s", seed, story).isEqualTo("stopped");
        long count = checkOutput("seed " + seed + ", " + story);
        System.out.println("seed " + seed + ": " + count + " numbers once through " + story);
    }

    /** Root is refused nothing, so that the program is another user's then. */
    @Test
    void aDirectoryThatMayNotBeReadAnyMoreEndsTheProgram() throws Exception {
        Files.createDirectory(place);
        Running running;
        if (System.getProperty("user.name").equals("root")) {
            String uid = "54321";
            String classPath = TestJvm.readableByAll(directory, directory.resolve("class-path"));
            List<String> chown = List.of("chown", uid, place.toString(), out.toString());
            assertThat(new ProcessBuilder(chown).start().waitFor()).isZero();
            running = running(
                    TestJvm.startAs(uid, classPath, MishapMain.class, List.of(place.toString(), out.toString())));
        } else {
            running = start();
        }
        assertThat(running.line()).isEqualTo("started");
        awaitProgress();
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(place);
        Files.setPosixFilePermissions(place, Set.of());
        assertThat(running.line()).startsWith("ended: ").contains("permission denied", place.toString());
        Files.setPosixFilePermissions(place, before);
        Running next = started();
        awaitProgress();
        next.order("stop");
        assertThat(next.line()).isEqualTo("stopped");
        assertThat(checkOutput("after chmod 000")).isPositive();
    }

    @Test
    void aWorkingDirectoryWithFilesOfAProgramIsACheckpoint() throws Exception {
        place = Files.createDirectory(directory.resolve("work"));
        Files.writeString(place.resolve("log"), "a program's own");
        Files.writeString(place.resolve("mvnw"), "#!/bin/sh\n");
        for (int i = 0; i < 2; i++) {
            Running running = running(TestJvm.startIn(place, MishapMain.class, List.of(".", out.toString())));
            assertThat(running.line()).isEqualTo("started");
            awaitProgress();
            running.order("stop");
            assertThat(running.line()).isEqualTo("stopped");
        }
        assertThat(checkOutput("two lives")).isPositive();
        assertThat(place.resolve("log")).hasContent("a program's own");
        assertThat(place.resolve("mvnw")).hasContent("#!/bin/sh\n");
    }

    /** Returns the process that runs the program afterwards. */
    private Running happens(Mishap mishap, Running running, Random random, List<String> story) throws IOException {
        return switch (mishap) {
            case COPIED_WITHIN -> {
                running.order("copy " + elsewhere());
                assertThat(running.line()).as("%s", story).isEqualTo("copied");
                yield fencedBy(start(), running, story);
            }
            case LOCK_REMOVED -> {
                Running next = start();
                Files.delete(place.resolve("LOCK"));
                yield fencedBy(next, running, story);
            }
            case LOCK_RENAMED -> {
                Running next = start();
                Files.move(place.resolve("LOCK"), elsewhere());
                yield fencedBy(next, running, story);
            }
            case COPIED -> {
                MishapMain.copy(place, elsewhere());
                yield running;
            }
            case PART_RENAMED -> {
                Path part = part(random);
                Path away = elsewhere();
                story.add(String.valueOf(place.relativize(part)));
                Files.move(part, away);
                endsByItself(running, story);
                Files.move(away, part);
                yield started();
            }
            case REPLACED_BY_A_COPY -> {
                Path away = elsewhere();
                Files.move(place, away);
                MishapMain.copy(away, place);
                endsByItself(running, story);
                yield started();
            }
        };
    }

    private static Running fencedBy(Running next, Running running, List<String> story) throws IOException {
        assertThat(next.line()).as("%s", story).isEqualTo("started");
        assertThat(running.line()).as("%s", story).startsWith("ended: ").contains("belongs to epoch");
        return next;
    }

    private void endsByItself(Running running, List<String> story) throws IOException {
        assertThat(running.line())
                .as("%s", story)
                .startsWith("ended: ")
                .contains("has lost")
                .contains(place.toString());
    }

    /** The checkpoint, a log of it, or a file that a program which runs cannot do without. */
    private Path part(Random random) throws IOException {
        List<Path> parts = new ArrayList<>();
        parts.add(place);
        parts.add(last(place, "EPOCH-"));
        for (String log : List.of("ledger", "data", "state")) {
            parts.add(place.resolve(log));
            parts.add(last(place.resolve(log), "LOG-"));
            parts.add(last(place.resolve(log), "seg-"));
        }
        return parts.get(random.nextInt(parts.size()));
    }

    private static Path last(Path parent, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .max(Path::compareTo)
                    .orElse(parent);
        }
    }

    private long outputs() {
        String[] files = out.toFile().list();
        return files == null ? 0 : files.length;
    }

    private void awaitProgress() {
        long before = outputs();
        await().atMost(SOON).until(() -> outputs() > before + 2);
    }

    /** Each batch held the same whoever wrote it, each number is in one, and each total is that of the numbers until then. */
    private long checkOutput(String about) throws IOException {
        Map<Long, List<String>> numbers = read("numbers-", about);
        Map<Long, List<String>> totals = read("total-", about);
        assertThat(totals.keySet()).as(about).isEqualTo(numbers.keySet());
        long next = 0;
        for (Map.Entry<Long, List<String>> batch : numbers.entrySet()) {
            for (String number : batch.getValue()) {
                assertThat(Long.parseLong(number))
                        .as("%s, batch %s", about, batch.getKey())
                        .isEqualTo(next);
                next++;
            }
            assertThat(totals.get(batch.getKey()))
                    .as("%s, batch %s", about, batch.getKey())
                    .isEqualTo(List.of(String.valueOf(next)));
        }
        return next;
    }

    private Map<Long, List<String>> read(String prefix, String about) throws IOException {
        Map<Long, List<String>> batches = new TreeMap<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.filter(
                            file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .toList()) {
                long time = Long.parseLong(String.valueOf(file.getFileName()).split("-")[1]);
                List<String> lines = Files.readAllLines(file);
                List<String> before = batches.putIfAbsent(time, lines);
                assertThat(lines).as("%s, %s", about, file).isEqualTo(before == null ? lines : before);
            }
        }
        return batches;
    }
}
