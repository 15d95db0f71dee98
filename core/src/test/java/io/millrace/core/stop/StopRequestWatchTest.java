// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program asked to stop by whoever can write into a directory, but not more than that. */
@Timeout(60)
class StopRequestWatchTest {
    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final Queue<StopRequest> requests = new ConcurrentLinkedQueue<>();
    private Path file;
    private Path answer;
    private StopRequestWatch watch;

    @BeforeEach
    void watch() {
        file = directory.resolve("STOP");
        answer = StopAnswer.fileOf(file);
        watch = new StopRequestWatch("program", file, clock, Thread::new, requests::add);
        watch.start();
    }

    @AfterEach
    void close() {
        watch.close();
    }

    /** What the program says to what lies there. */
    private String refusal() throws IOException {
        clock.advance(Duration.ofSeconds(1));
        await().until(() -> Files.exists(answer));
        StopAnswer refused = StopAnswer.take(file).orElseThrow();
        assertThat(refused.stopped()).isFalse();
        assertThat(requests).isEmpty();
        return refused.message();
    }

    private void takesTheNextRequest() {
        await().until(() -> {
            if (requests.isEmpty() && Files.notExists(file)) {
                new StopRequest(Optional.empty(), Optional.empty()).write(file);
            }
            clock.advance(Duration.ofSeconds(1));
            return !requests.isEmpty();
        });
    }

    @Test
    void aLinkIsNotFollowedAndNothingIsSaidOfWhatItLeadsTo() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "password=hunter2");
        Files.createSymbolicLink(file, secret);
        assertThat(refusal()).contains("no regular file").doesNotContain("hunter2", "password");
        assertThat(secret).hasContent("password=hunter2");
        takesTheNextRequest();
    }

    @Test
    void soIsAFileThatHasANameElsewhere() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "password=hunter2");
        Files.createLink(file, secret);
        assertThat(refusal()).contains("other names").doesNotContain("hunter2", "password");
        assertThat(secret).hasContent("password=hunter2");
        takesTheNextRequest();
    }

    @Test
    void whatNeverAnswersIsNotOpened() throws Exception {
        Process made = new ProcessBuilder("mkfifo", file.toString()).start();
        assumeThat(made.waitFor()).as("mkfifo").isZero();
        assertThat(refusal()).contains("no regular file");
        takesTheNextRequest();
    }

    /** Root can give a file away. */
    @Test
    void oneOfAnotherUserIsRefused() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("who runs the build, which only as root may give a file away")
                .isEqualTo("root");
        Files.createFile(file);
        Files.setAttribute(file, "unix:uid", 54321);
        assertThat(refusal()).contains("it belongs to another user, 54321, and only the program's own and root may");
        takesTheNextRequest();
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Files.write(file, new byte[5000]);
        assertThat(refusal()).contains("more than 4096 bytes");
        takesTheNextRequest();
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() throws IOException {
        Files.writeString(file, "savepoint=a\\u0000b");
        assertThat(refusal()).contains("no file can be called");
        takesTheNextRequest();
    }

    @Test
    void whatAreNoPropertiesIsRefused() throws IOException {
        Files.writeString(file, "savepoint=\\u00zz");
        assertThat(refusal()).contains("does not hold properties");
        takesTheNextRequest();
    }

    @Test
    void aDirectoryThatCannotBeRemovedIsToldOnce() throws IOException {
        Files.createDirectories(file.resolve("full"));
        assertThat(refusal()).contains("STOP");
        clock.advance(Duration.ofSeconds(5));
        assertThat(answer).doesNotExist();
    }

    @Test
    void anAnswerIsWrittenIntoNoFileThatIsThere() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "kept");
        for (Path planted : new Path[] {answer, directory.resolve("STOP.answer.partial")}) {
            Files.createSymbolicLink(planted, precious);
        }
        Files.write(file, new byte[5000]);
        clock.advance(Duration.ofSeconds(1));
        await().until(() -> Files.isRegularFile(answer, LinkOption.NOFOLLOW_LINKS));
        assertThat(precious).hasContent("kept");
        assertThat(StopAnswer.take(file)).isPresent();
    }

    @Test
    void aRequestIsWrittenIntoNoFileThatIsThere() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "kept");
        Files.createSymbolicLink(file, precious);
        Files.createSymbolicLink(directory.resolve("STOP.partial"), precious);
        new StopRequest(Optional.empty(), Optional.empty()).write(file);
        assertThat(precious).hasContent("kept");
        assertThat(file).isRegularFile();
    }

    @Test
    void anAnswerThatIsALinkIsNotReadByWhoeverAsked() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "message=hunter2");
        Files.createSymbolicLink(answer, secret);
        assertThatThrownBy(() -> StopAnswer.take(file))
                .hasMessageContaining("not one that a program gave")
                .hasMessageNotContaining("hunter2");
    }
}
