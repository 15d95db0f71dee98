// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.KitContext;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a poll costs follows what is new, and not what was read; and nothing is missed for it. In files that are looked at. */
@Timeout(60)
class PollCostTest {
    private static final int FILES = 3_000;
    private static final Duration POLL = Duration.ofMillis(200);

    /** What takes turns in a poll. */
    private static final long TURN = 200;

    private static final long HURRIED_TURN = 2_000;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock();
    private final KnownFiles known = new KnownFiles();
    private final GoneFiles gone = new GoneFiles(Duration.ofHours(1));
    private Path incoming;
    private KitContext context;
    private DirectoryWatch watch;

    @BeforeEach
    void readThemAll() throws IOException {
        incoming = Files.createDirectory(folder.resolve("incoming"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(incoming.resolve("old-" + i), "line\n");
        }
        context =
                KitContext.of(new FilesProvider(), "stream", "files", Map.of("directory", incoming.toString()), clock);
        watch = new DirectoryWatch(
                context,
                incoming,
                FileSystems.getDefault().getPathMatcher("glob:*"),
                Duration.ZERO,
                false,
                new RecordFormat(false, 0, 1 << 20, 1 << 20),
                gone);
        watch.scan(known);
        assertThat(taken()).hasSize(FILES);
        for (int i = 0; i < 20; i++) {
            poll();
        }
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void aPollWithoutNewsLooksAtFewFiles() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertThat(poll()).isLessThanOrEqualTo(TURN);
        }
        assertThat(taken()).isEmpty();
    }

    @Test
    void aNewFileIsTakenByTheNextPollAndTheOthersAreNotLookedAtForIt() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.writeString(incoming.resolve("new-" + i), "line\n");
            assertThat(poll()).isLessThanOrEqualTo(HURRIED_TURN + 1);
            assertThat(taken()).containsExactly("new-" + i);
        }
    }

    @Test
    void aFileThatTakesTheNameOfAnotherIsTakenSoon() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "another line\n");
        Files.move(other, incoming.resolve("old-7"), StandardCopyOption.ATOMIC_MOVE);
        for (int i = 0; i <= FILES / HURRIED_TURN; i++) {
            poll();
        }
        assertThat(taken()).containsExactly("old-7");
    }

    @Test
    void aFileThatTakesANameThoughTheDirectorysTimeSaysNothingIsTakenToo() throws IOException {
        FileTime before = Files.getLastModifiedTime(incoming);
        Files.writeString(incoming.resolve("new"), "line\n");
        Files.setLastModifiedTime(incoming, before);
        for (int i = 0; i <= 10_000 / POLL.toMillis(); i++) {
            poll();
        }
        assertThat(taken()).containsExactly("new");
        Files.writeString(incoming.resolve("newer"), "line\n");
        Files.setLastModifiedTime(incoming, before);
        poll();
        assertThat(taken()).as("once that was seen, each poll lists").containsExactly("newer");
    }

    @Test
    void whatGrowsIsSeenInItsTurnAndNotRead() throws IOException {
        Files.writeString(incoming.resolve("old-7"), "more\n", StandardOpenOption.APPEND);
        for (int i = 0; i <= FILES / TURN; i++) {
            poll();
        }
        assertThat(taken()).isEmpty();
        Files.move(incoming.resolve("old-7"), incoming.resolve("grown"));
        poll();
        assertThat(taken()).as("it was seen when it grew, and is the same").isEmpty();
    }

    @Test
    void aRenameIsNoNewFileWhateverTheScansSaw() throws IOException {
        Files.move(incoming.resolve("old-1"), incoming.resolve("renamed"));
        Files.move(incoming.resolve("old-2"), folder.resolve("away"));
        poll();
        Files.move(folder.resolve("away"), incoming.resolve("back-under-another-name"));
        Files.move(incoming.resolve("old-3"), incoming.resolve("old-4"), StandardCopyOption.REPLACE_EXISTING);
        for (int i = 0; i < 30; i++) {
            poll();
        }
        assertThat(taken()).isEmpty();
    }

    @Test
    void aFileThatIsNotTakenYetIsLookedAtEachTime() throws IOException {
        Path empty = Files.createFile(incoming.resolve("empty"));
        for (int i = 0; i < 5; i++) {
            poll();
        }
        assertThat(taken()).isEmpty();
        Files.writeString(empty, "line\n");
        poll();
        assertThat(taken()).containsExactly("empty");
    }

    @Test
    void whatIsGoneIsForgottenInTimeAndWhatIsThereIsNot() throws IOException {
        Files.delete(incoming.resolve("old-5"));
        poll();
        clock.advance(Duration.ofHours(1));
        poll();
        assertThat(gone.gone())
                .singleElement()
                .satisfies(partition -> assertThat(partition).startsWith("old-5#"));
    }

    /** Polls once, and says at how many files it looked. */
    private long poll() throws IOException {
        clock.advance(POLL);
        long before = watch.looks();
        watch.scan(known);
        return watch.looks() - before;
    }

    /** The files that were taken since it was asked last. */
    private List<String> taken() {
        List<String> names =
                watch.waiting().stream().map(file -> file.id().name()).sorted().toList();
        watch.waiting().forEach(file -> watch.finished(file.id().partition()));
        return names;
    }
}
