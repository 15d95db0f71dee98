// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DeadLetter;
import io.millrace.api.OnRecordError;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.source.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that a program did without, read again by one that can do with them. */
@Timeout(60)
class DeadLetterInputTest {
    @TempDir
    private Path folder;

    @Test
    void theRecordsOfDeadLettersAreReadAgainOnceEach() throws IOException {
        letters("1\ntwo\n3\nfour\n");
        Path letters = folder.resolve("dead-letters/strict");
        Programs<String> again = new Programs<>(folder.resolve("again"));
        for (int start = 0; start < 2; start++) {
            try (StreamingContext context =
                    again.start(FileInput.in(letters).settle(Duration.ZERO).deadLetters(RecordView::valueUtf8))) {
                again.awaitElements(2);
                assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
            }
        }
        assertThat(again.elements()).containsExactly("two", "four");
    }

    @Test
    void wholeLettersCanBeReadToo() throws IOException {
        letters("two\n");
        Path letters = folder.resolve("dead-letters/strict");
        Programs<DeadLetter> again = new Programs<>(folder.resolve("again"));
        try (StreamingContext context =
                again.start(FileInput.in(letters).settle(Duration.ZERO).deadLetters())) {
            again.awaitElements(1);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(again.elements()).singleElement().satisfies(letter -> {
            assertThat(letter.outputs()).containsExactly("numbers");
            assertThat(letter.element()).isEqualTo("two");
            assertThat(letter.record().orElseThrow().headerName(0)).isEqualTo("file");
        });
    }

    /** Runs a program that does without what is no number, its checkpoint in the directory beside which its letters go. */
    private void letters(String lines) throws IOException {
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        Files.writeString(incoming.resolve("lines.txt"), lines);
        Programs<String> lost = new Programs<>(folder.resolve("unused"));
        try (StreamingContext context = StreamingContext.builder("strict")
                .batchInterval(Duration.ofMillis(30))
                .checkpoint(folder.resolve("strict"))
                .build()) {
            var read = context.receive(
                    FileInput.in(incoming).startEarliest().settle(Duration.ZERO).lines());
            read.map(Integer::parseInt)
                    .foreachBatch("numbers", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), batch -> {});
            read.foreachBatch(
                    "lines",
                    batch -> lost.batches.put(batch.id().batchTime().toEpochMilli(), List.copyOf(batch.collect())));
            context.start();
            lost.awaitElements((int) lines.lines().count());
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
    }
}
