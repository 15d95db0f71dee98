// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verification finds every way in which what was counted can differ from what was produced. */
class VerificationTest {
    private static final Lines LINES = new Lines(42);

    @TempDir
    private Path directory;

    private final Map<String, Long> totals = new TreeMap<>();
    private long nextBatch = 1_000;

    @Test
    void holdsWhenEveryIdAndEveryTotalFits() throws IOException {
        count(0, 1, 2);
        count(3);
        assertThat(verify(produced(4)).line()).isEqualTo("verified: produced=4 counted=4 lost=0 duplicated=0");
        assertThat(verify(produced(4)).holds()).isTrue();
    }

    @Test
    void findsALostLine() throws IOException {
        count(0, 2);
        Verification verification = verify(produced(3));
        assertThat(verification.line()).isEqualTo("NOT verified: produced=3 counted=2 lost=1 duplicated=0");
        assertThat(verification.findings()).anySatisfy(line -> assertThat(line).contains("lost ids: 1"));
        assertThat(verification.findings()).anySatisfy(line -> assertThat(line).contains("wrong totals"));
        assertThat(verification.holds()).isFalse();
    }

    @Test
    void findsALineThatIsInTwoBatches() throws IOException {
        count(0, 1);
        count(1, 2);
        Verification verification = verify(produced(3));
        assertThat(verification.line()).isEqualTo("NOT verified: produced=3 counted=3 lost=0 duplicated=1");
    }

    @Test
    void findsATotalThatIsWrongAlthoughAllIdsFit() throws IOException {
        count(0, 1);
        Map.Entry<String, Long> some = totals.entrySet().iterator().next();
        some.setValue(some.getValue() + 1);
        writeCounts();
        Verification verification = verify(produced(2));
        assertThat(verification.holds()).isFalse();
        assertThat(verification.line()).startsWith("NOT verified: ").endsWith("lost=0 duplicated=0");
        assertThat(verification.findings())
                .containsExactly(String.format(
                        Locale.ROOT,
                        "wrong totals of 1 words: %s %d instead of %d",
                        some.getKey(),
                        some.getValue(),
                        some.getValue() - 1));
    }

    @Test
    void findsAnIdThatWasNeverSent() throws IOException {
        count(0, 1, 7);
        Verification verification = verify(produced(2));
        assertThat(verification.holds()).isFalse();
        assertThat(verification.findings()).anySatisfy(line -> assertThat(line).startsWith("id 7 was counted"));
    }

    @Test
    void aLineInDoubtMayBeCountedOrNot() throws IOException {
        BitSet acknowledged = new BitSet();
        acknowledged.set(0, 2);
        Produced inDoubt = new Produced(3, acknowledged);
        count(0, 1);
        assertThat(verify(inDoubt).line()).isEqualTo("verified: produced=2 counted=2 lost=0 duplicated=0");
        count(2);
        assertThat(verify(inDoubt).line()).isEqualTo("verified: produced=3 counted=3 lost=0 duplicated=0");
    }

    private Verification verify(Produced produced) throws IOException {
        return Verification.of(produced, LINES, Results.readAll(directory));
    }

    private static Produced produced(int lines) {
        BitSet acknowledged = new BitSet();
        acknowledged.set(0, lines);
        return new Produced(lines, acknowledged);
    }

    /** What the engine would write for a batch of these ids. */
    private void count(int... ids) throws IOException {
        Files.createDirectories(directory.resolve(Results.IDS));
        Files.writeString(
                directory.resolve(Results.IDS).resolve(nextBatch + ResultWriter.SUFFIX),
                IntStream.of(ids).mapToObj(id -> id + "\n").collect(Collectors.joining()));
        for (int id : ids) {
            LINES.words(id, word -> totals.merge(word, 1L, Long::sum));
        }
        writeCounts();
    }

    private void writeCounts() throws IOException {
        Files.createDirectories(directory.resolve(Results.COUNTS));
        Files.writeString(
                directory.resolve(Results.COUNTS).resolve(nextBatch + ResultWriter.SUFFIX),
                totals.entrySet().stream()
                        .map(entry -> entry.getKey() + "\t" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        nextBatch += 1_000;
    }
}
