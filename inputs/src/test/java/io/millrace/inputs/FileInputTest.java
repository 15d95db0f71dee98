// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.Position;
import io.millrace.core.checkpoint.CheckpointEditor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of a real directory. */
@Timeout(60)
class FileInputTest {
    @TempDir
    Path folder;

    private Path incoming;
    private Programs<String> program;

    @BeforeEach
    void make() throws IOException {
        incoming = Files.createDirectory(folder.resolve("incoming"));
        program = new Programs<>(folder.resolve("checkpoint"));
    }

    @Test
    void filesThatAreMovedInAreReadOnceEach() throws IOException {
        put("before", "not read\n");
        try (StreamingContext context = program.start(files().lines())) {
            put("a.txt", "one\r\ntwo\n");
            put("b.txt", "three");
            put(".hidden", "not read\n");
            program.awaitElements(3);
            put("c.txt", "four\n\n");
            program.awaitElements(5);
            stop(context);
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("one", "two", "three", "four", "");
    }

    @Test
    void theFirstStartCanReadWhatIsThere() throws IOException {
        put("a.csv", "1\n2\n");
        put("a.log", "not read\n");
        try (StreamingContext context =
                program.start(files().startEarliest().matching("*.csv").lines())) {
            put("b.csv", "3\n");
            program.awaitElements(3);
            stop(context);
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("1", "2", "3");
    }

    @Test
    void aRestartReadsWhatCameMeanwhileAndNothingTwice() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            put("a", "one\n");
            program.awaitElements(1);
            stop(context);
        }
        put("b", "two\n"); // nobody watches
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(2);
            context.stop();
        }
        try (StreamingContext context = program.start(files().lines())) {
            put("c", "three\n");
            program.awaitElements(3);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("one", "two", "three");
    }

    @Test
    void aDirectoryThatWasEmptyAtTheFirstStartIsNotTakenForNewAtTheSecond() throws IOException {
        program.start(files().lines()).stopGracefully(Programs.DEADLINE);
        put("a", "came while nobody watched\n");
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(1);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("came while nobody watched");
    }

    @Test
    void aRenamedFileIsTheSameFileAndOneThatTakesItsNameIsAnother() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            put("a", "one\n");
            program.awaitElements(1);
            Files.move(incoming.resolve("a"), incoming.resolve("z"));
            put("a", "two\n");
            program.awaitElements(2);
            stop(context);
        }
        Files.move(incoming.resolve("a"), incoming.resolve("y")); // between two runs
        try (StreamingContext context = program.start(files().lines())) {
            put("a", "three\n");
            program.awaitElements(3);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("one", "two", "three");
    }

    @Test
    void twoFilesWithTheSameContentAreTwo() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            put("a", "same\n");
            put("b", "same\n");
            program.awaitElements(2);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("same", "same");
    }

    @Test
    void aFileWithAnOldTimeIsReadAllTheSame() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            Path old = folder.resolve("old");
            Files.writeString(old, "late\n");
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000));
            Files.move(old, incoming.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
            program.awaitElements(1);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("late");
    }

    @Test
    void whatIsAppendedToAFileThatWasTakenIsNotRead() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            put("a", "one\n");
            program.awaitElements(1);
            Files.writeString(incoming.resolve("a"), "appended\n", StandardOpenOption.APPEND);
            put("b", "two\n");
            program.awaitElements(2);
            stop(context);
        }
        Files.writeString(incoming.resolve("b"), "appended while nobody watched\n", StandardOpenOption.APPEND);
        try (StreamingContext context = program.start(files().lines())) {
            put("c", "three\n");
            program.awaitElements(3);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("one", "two", "three");
    }

    @Test
    void aFileThatIsBeingWrittenIsTakenWhenItHasSettled() throws IOException {
        try (StreamingContext context =
                program.start(files().settle(Duration.ofMillis(400)).lines())) {
            Path growing = incoming.resolve("growing");
            for (int i = 0; i < 5; i++) {
                int line = i;
                Files.writeString(growing, "line " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            }
            program.awaitElements(5);
            stop(context);
        }
        assertThat(program.elements()).hasSize(5);
    }

    @Test
    void aLargeFileIsDividedAndCountedExactly() throws IOException {
        List<String> lines =
                IntStream.range(0, 20_000).mapToObj(i -> "line number " + i).toList();
        AtomicLong told = new AtomicLong();
        try (StreamingContext context = program.start(
                files().startEarliest().set("split-size", "10KiB").lines(),
                builder -> builder.set("direct.initial-rate", "100000").listener(new StreamingListener() {
                    @Override
                    public void onBatchCompleted(BatchCompleted event) {
                        told.addAndGet(event.batch().records());
                    }
                }))) {
            put("large", String.join("\n", lines));
            program.awaitElements(20_000);
            stop(context);
        }
        assertThat(program.elements()).containsExactlyInAnyOrderElementsOf(lines);
        assertThat(program.batches.values().stream()
                        .filter(batch -> !batch.isEmpty())
                        .count())
                .isGreaterThan(1);
        assertThat(told).hasValue(20_000);
    }

    @Test
    void aBatchThatWasNotCommittedReadsTheSameFilesAgainWhereverTheyAreNow() throws Exception {
        StreamingContext failing = StreamingContext.builder("inputs-test")
                .batchInterval(Duration.ofMillis(30))
                .checkpoint(folder.resolve("checkpoint"))
                .build();
        failing.receive(files().lines()).foreachBatch("out", batch -> {
            if (!batch.isEmpty()) {
                throw new IllegalStateException("killed");
            }
        });
        failing.start();
        put("a", "one\ntwo\n");
        assertThatThrownBy(() -> failing.awaitTermination(Programs.DEADLINE)).hasMessageContaining("killed");

        Files.move(incoming.resolve("a"), incoming.resolve("renamed"));
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(2);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("one", "two");
    }

    @Test
    void aFileThatIsGoneBeforeItsBatchIsCommittedIsNamed() throws Exception {
        StreamingContext failing = StreamingContext.builder("inputs-test")
                .batchInterval(Duration.ofMillis(30))
                .checkpoint(folder.resolve("checkpoint"))
                .build();
        failing.receive(files().lines()).foreachBatch("out", batch -> {
            if (!batch.isEmpty()) {
                throw new IllegalStateException("killed");
            }
        });
        failing.start();
        put("a", "one\n");
        assertThatThrownBy(() -> failing.awaitTermination(Programs.DEADLINE)).hasMessageContaining("killed");

        Files.delete(incoming.resolve("a"));
        try (StreamingContext context = program.start(files().lines())) {
            assertThatThrownBy(() -> context.awaitTermination(Programs.DEADLINE))
                    .hasMessageContaining("a: it is no longer in '" + incoming + "'")
                    .hasMessageContaining("move it back");
        }
    }

    @Test
    void aFileThatWasReadAndIsGoneIsForgottenAndOneThatIsThereIsNot() throws IOException {
        try (StreamingContext context =
                program.start(files().set("forget-after", "50ms").lines())) {
            put("stays", "one\n");
            put("goes", "two\n");
            program.awaitElements(2);
            Files.move(incoming.resolve("goes"), folder.resolve("archived"));
            int before = program.batches.size();
            await().atMost(Programs.DEADLINE).until(() -> program.batches.size() > before + 10);
            Files.move(folder.resolve("archived"), incoming.resolve("goes"));
            program.awaitElements(3); // as if it were new
            stop(context);
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("one", "two", "two");
    }

    @Test
    void anOperatorCanHaveALineLeftOutThoughTheFilesNameHoldsAnEqualsSign() throws IOException {
        try (StreamingContext context = program.start(files().lines())) {
            put("day=1.csv", "one\ntwo\nthree\n");
            program.awaitElements(3);
            stop(context);
        }
        URI checkpoint = folder.resolve("checkpoint").toUri();
        try (CheckpointEditor editor = CheckpointEditor.open(checkpoint, Map.of(), null, false)) {
            Path file = incoming.resolve("day=1.csv");
            String partition = FileId.of(file, Files.readAttributes(file, BasicFileAttributes.class))
                    .partition();
            assertThat(editor.setPositions("files", Map.of(partition, Position.of(4))))
                    .containsKey(partition);
        }
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(5);
            stop(context);
        }
        assertThat(program.elements()).containsExactly("one", "two", "three", "two", "three");
    }

    @Test
    void recordsOfAFixedLengthAreRead() throws IOException {
        Programs<byte[]> bytes = new Programs<>(folder.resolve("checkpoint"));
        try (StreamingContext context =
                bytes.start(files().set("split-size", "16B").records(4))) {
            put("a", "aaaabbbbccccddddeeeeff");
            bytes.awaitElements(5);
            stop(context);
        }
        assertThat(bytes.elements().stream().map(record -> new String(record, UTF_8)))
                .containsExactlyInAnyOrder("aaaa", "bbbb", "cccc", "dddd", "eeee");
    }

    @Test
    void aLineCanSayWhereItIsFrom() throws IOException {
        Programs<FileInput.Line> lines = new Programs<>(folder.resolve("checkpoint"));
        try (StreamingContext context = lines.start(files().linesWithFiles())) {
            put("a.txt", "one\ntwo\n");
            lines.awaitElements(2);
            stop(context);
        }
        assertThat(lines.elements())
                .containsExactlyInAnyOrder(
                        new FileInput.Line("a.txt", 0, "one"), new FileInput.Line("a.txt", 4, "two"));
    }

    @Test
    void whatCannotBeReadIsOneLineEach() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> program.start(FileInput.in(nowhere).lines()))
                .isInstanceOf(MillraceException.class)
                .hasMessage("'files' (files): directory '" + nowhere + "' does not exist: create it");
        put("file", "x");
        assertThatThrownBy(() ->
                        program.start(FileInput.in(incoming.resolve("file")).lines()))
                .hasMessage("'files' (files): '" + incoming.resolve("file")
                        + "' is no directory: give the one that the files appear in");
        assertThatThrownBy(() -> program.start(files().matching("[").lines()))
                .hasMessageContaining("pattern '[' is no glob");
        assertThatThrownBy(() -> program.start(files().set("start", "soon").lines()))
                .hasMessageContaining("'start' = 'soon'");
    }

    private FileInput files() {
        return FileInput.in(incoming).settle(Duration.ZERO).set("poll-interval", "10ms");
    }

    /** Moves a complete file in. */
    private void put(String name, String content) throws IOException {
        Path complete = Files.createTempFile(folder, "complete", "");
        Files.writeString(complete, content);
        Files.move(complete, incoming.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void stop(StreamingContext context) {
        assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
    }
}
