// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetter.SourceRecord;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingListener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A line that is too long is a record that fails: {@code records.on-error} says what becomes of it, and its file is read. */
@Timeout(60)
class LongLinesTest {
    private static final int LONG = 5_000;
    private static final int HUGE = 3 << 20;

    @TempDir
    Path folder;

    private Path incoming;
    private Programs<String> program;

    @BeforeEach
    void make() throws IOException {
        incoming = Files.createDirectory(folder.resolve("incoming"));
        program = new Programs<>(folder.resolve("checkpoint"));
        Files.writeString(
                incoming.resolve("a.txt"),
                "one\n" + "x".repeat(LONG) + "\r\ntwo\n" + "y".repeat(HUGE) + "\n" + "z".repeat(1024) + "\r\nthree");
    }

    @Test
    void unlessThePolicySaysOtherwiseTheProgramStopsAndSaysWhichLineItWas() {
        try (StreamingContext context = program.start(files().lines())) {
            assertThatThrownBy(() -> context.awaitTermination(Programs.DEADLINE))
                    .hasMessageContaining("the line at byte 4 of file 'a.txt' has 5000 bytes, and 'max-record' is 1024")
                    .hasMessageContaining("records.on-error");
        }
    }

    @Test
    void theBatchCanDoWithoutItAndTheRecordsAreCountedExactly() {
        List<RecordsSkipped> skipped = new CopyOnWriteArrayList<>();
        AtomicLong records = new AtomicLong();
        try (StreamingContext context = program.start(
                files().set("split-size", "100KiB").lines(),
                builder -> builder.set("records.on-error", "skip").listener(new StreamingListener() {
                    @Override
                    public void onRecordsSkipped(RecordsSkipped event) {
                        skipped.add(event);
                    }

                    @Override
                    public void onBatchCompleted(BatchCompleted event) {
                        records.addAndGet(event.batch().records());
                    }
                }))) {
            program.awaitElements(4);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("one", "two", "z".repeat(1024), "three");
        assertThat(records).hasValue(6);
        assertThat(skipped.stream().mapToLong(RecordsSkipped::count).sum()).isEqualTo(2);
    }

    @Test
    void aDeadLetterSaysWhereItIs() {
        try (StreamingContext context =
                program.start(files().lines(), builder -> builder.set("records.on-error", "dead-letter"))) {
            program.awaitElements(4);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        Programs<DeadLetter> letters = new Programs<>(folder.resolve("letters-checkpoint"));
        try (StreamingContext context = letters.start(FileInput.in(folder.resolve("dead-letters/inputs-test"))
                .settle(Duration.ZERO)
                .deadLetters())) {
            letters.awaitElements(2);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(letters.elements())
                .extracting(letter -> letter.record().map(SourceRecord::offset).orElse(-1L))
                .containsExactly(4L, 4L + LONG + 6);
        assertThat(letters.elements()).allSatisfy(letter -> {
            SourceRecord record = letter.record().orElseThrow();
            assertThat(record.value()).isNull();
            assertThat(record.partition()).startsWith("a.txt#");
            assertThat(letter.message()).contains("of file 'a.txt' has", "'max-record' is 1024");
        });
    }

    @Test
    void aLineThatIsLargerThanTheHeapNeedsNoMemory() throws Exception {
        try (RandomAccessFile sparse =
                new RandomAccessFile(incoming.resolve("a.txt").toFile(), "rw")) {
            sparse.setLength(0);
            sparse.seek(200L << 20);
            sparse.write("\nshort\n".getBytes(UTF_8));
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        incoming.toString(),
                        folder.resolve("checkpoint").toString())
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said)
                    .contains("the line at byte 0 of file 'a.txt' has 209715200 bytes, and 'max-record' is 8388608")
                    .contains("read [short]");
        } finally {
            process.destroyForcibly();
        }
    }

    private FileInput files() {
        return FileInput.in(incoming)
                .startEarliest()
                .settle(Duration.ZERO)
                .set("poll-interval", "10ms")
                .set("max-record", "1KiB");
    }

    /** A program that reads one element, and says which. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String[] arguments) {
            Programs<String> program = new Programs<>(Path.of(arguments[1]));
            try (StreamingContext context = program.start(
                    FilesMain.input(Path.of(arguments[0])), builder -> builder.set("records.on-error", "skip"))) {
                program.awaitElements(1);
                context.stopGracefully(Programs.DEADLINE);
            }
            System.out.println("read " + program.elements());
        }
    }
}
