// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files between being prepared and being published, through the death of their process. */
class DeadLetterStoreTest {
    @TempDir
    private Path directory;

    @Test
    void preparedLettersAreSeenWhenTheyArePublished() throws IOException {
        DeadLetterStore store = store(1);
        store.prepare(batch(10), letters("a", "b"));
        assertThat(visible()).isEmpty();
        Path file = store.publish(batch(10));
        assertThat(visible()).containsExactly("10-1.letters");
        assertThat(DeadLetterFile.read(file).stream().map(DeadLetter::element)).containsExactly("a", "b");
    }

    @Test
    void aStartPublishesThoseOfCommittedBatchesAndRemovesTheOthers() throws IOException {
        DeadLetterStore store = store(1);
        store.prepare(batch(10), letters("committed"));
        store.prepare(batch(20), letters("runs again"));
        DeadLetterStore next = store(2);
        assertThat(next.recover(10)).containsExactly(directory.resolve("program/10-1.letters"));
        assertThat(next.recover(10)).isEmpty();
        next.prepare(batch(20), letters("ran again"));
        next.publish(batch(20));
        assertThat(all()).containsExactly("10-1.letters", "20-2.letters");
        assertThat(DeadLetterFile.read(directory.resolve("program/20-2.letters")))
                .hasSize(1);
    }

    @Test
    void whatTargetsRefusedStaysUntilItsBatchIsCommittedOrRunsAgain() throws IOException {
        DeadLetterStore store = store(1);
        for (int batch = 10; batch <= 40; batch += 10) {
            store.refused(
                    batch(batch), "an output/of any name", letters("refused").get(0));
        }
        assertThat(store.publishRefused(batch(10))).containsExactly(directory.resolve("program/10-1.letters"));
        assertThat(store.publishRefused(batch(10))).isEmpty();
        DeadLetterStore next = store(2);
        assertThat(next.recover(20)).containsExactly(directory.resolve("program/20-1.letters"));
        next.forgetRefused(batch(40), "an output/of any name");
        next.forgetRefused(batch(30), "another");
        assertThat(next.publishRefused(batch(30))).containsExactly(directory.resolve("program/30-1.letters"));
        assertThat(next.publishRefused(batch(40))).isEmpty();
        assertThat(all()).containsExactly("10-1.letters", "20-1.letters", "30-1.letters");
    }

    @Test
    void ofSeveralStartsTheLastOneHadTheTarget() throws IOException {
        store(1).refused(batch(10), "out", letters("first").get(0));
        store(12).refused(batch(10), "out", letters("last").get(0));
        store(2).refused(batch(10), "out", letters("second").get(0));
        store(2).refused(batch(10), "other", letters("other's").get(0));
        assertThat(store(13).recover(10)).hasSize(2);
        assertThat(all()).containsExactly("10-12.letters", "10-2.letters");
    }

    @Test
    void whatIsPreparedAgainReplacesWhatWasHalfWritten() throws IOException {
        DeadLetterStore store = store(1);
        Files.createDirectories(directory.resolve("program"));
        Files.writeString(directory.resolve("program/.10-1.prepared"), "half");
        store.prepare(batch(10), letters("whole"));
        assertThat(DeadLetterFile.read(store.publish(batch(10)))).hasSize(1);
    }

    @Test
    void theFileOfAnotherCheckpointIsNeverReplaced() throws IOException {
        for (String life : List.of("first", "second", "third")) {
            DeadLetterStore store = store(1);
            store.prepare(batch(10), letters(life));
            store.publish(batch(10));
        }
        assertThat(all()).containsExactly("10-1-2.letters", "10-1-3.letters", "10-1.letters");
    }

    @Test
    void aProgramHasNoDirectoryOutsideOfTheOneThatIsGiven() {
        assertThatThrownBy(() -> DeadLetterStore.open(directory, "..", 1, 1_000))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("another id");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefusedWithTheSettingToMend() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        assertThatThrownBy(() -> DeadLetterStore.open(file, "program", 1, 1_000))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("set dead-letters.directory");
    }

    @Test
    void damageIsNamedWithItsPlace() throws IOException {
        DeadLetterStore store = store(1);
        store.prepare(batch(10), letters("a", "b"));
        Path file = store.publish(batch(10));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> DeadLetterFile.read(file))
                .hasMessageContaining("10-1.letters")
                .hasMessageContaining("checksum is wrong");
        Files.writeString(file, "something else");
        assertThatThrownBy(() -> DeadLetterFile.read(file)).hasMessageContaining("no file of dead letters");
    }

    private DeadLetterStore store(long epoch) {
        return DeadLetterStore.open(directory, "program", epoch, 1 << 20);
    }

    private static Instant batch(long time) {
        return Instant.ofEpochMilli(time);
    }

    private static List<Letters> letters(String... elements) {
        ByteWriter out = new ByteWriter(100);
        for (String element : elements) {
            DeadLetterFile.append(
                    new DeadLetter(
                            "program",
                            1,
                            Instant.EPOCH,
                            List.of("out"),
                            "map",
                            "Program.java:1",
                            Optional.empty(),
                            element,
                            "java.lang.Exception",
                            "",
                            0),
                    out);
        }
        return List.of(
                new Letters(new Slice(out.toByteArray()), Map.of("'map' at Program.java:1", (long) elements.length)));
    }

    private List<String> visible() throws IOException {
        return all().stream().filter(name -> !name.startsWith(".")).toList();
    }

    private List<String> all() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("program"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
