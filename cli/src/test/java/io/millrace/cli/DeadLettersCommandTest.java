// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetter.SourceRecord;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of dead letters. */
class DeadLettersCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        ByteWriter letters = new ByteWriter(100);
        SourceRecord record = new SourceRecord(
                "lines", "lines-0", 41, -1, null, new Slice("twelve".getBytes(StandardCharsets.UTF_8)), List.of());
        DeadLetterFile.append(letter(Optional.of(record), ""), letters);
        DeadLetterFile.append(letter(Optional.empty(), "Pair[key=\"a\"]"), letters);
        Path program = Files.createDirectory(directory.resolve("orders"));
        try (OutputStream file = Files.newOutputStream(program.resolve("1000-1.letters"))) {
            DeadLetterFile.begin(file);
            file.write(letters.toByteArray());
        }
        Files.writeString(program.resolve(".2000-1.prepared"), "not yet");
    }

    private static DeadLetter letter(Optional<SourceRecord> record, String element) {
        return new DeadLetter(
                "orders",
                7,
                Instant.ofEpochMilli(1000),
                List.of("spent"),
                "map",
                "Orders.java:12",
                record,
                element,
                "java.lang.NumberFormatException",
                "For input string",
                0);
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void listCountsByBatchAndOperator() {
        assertThat(run("dead-letters", "list", directory.toString())).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "orders 1970-01-01T00:00:01Z  2 letters",
                        "  " + directory.resolve("orders/1000-1.letters"),
                        "       2 'map' at Orders.java:12: java.lang.NumberFormatException");
    }

    @Test
    void showPrintsALineOfJsonForEach() {
        assertThat(run("dead-letters", "show", directory.resolve("orders").toString()))
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "{\"program\":\"orders\",\"batchTime\":\"1970-01-01T00:00:01Z\",\"outputs\":[\"spent\"],"
                                + "\"operator\":\"map\",\"declaredAt\":\"Orders.java:12\","
                                + "\"error\":\"java.lang.NumberFormatException\",\"message\":\"For input string\","
                                + "\"record\":{\"stream\":\"lines\",\"partition\":\"lines-0\",\"offset\":41,"
                                + "\"value\":\"dHdlbHZl\"},\"epoch\":7,\"attempt\":0}",
                        "{\"program\":\"orders\",\"batchTime\":\"1970-01-01T00:00:01Z\",\"outputs\":[\"spent\"],"
                                + "\"operator\":\"map\",\"declaredAt\":\"Orders.java:12\","
                                + "\"error\":\"java.lang.NumberFormatException\",\"message\":\"For input string\","
                                + "\"element\":\"Pair[key=\\\"a\\\"]\",\"epoch\":7,\"attempt\":0}");
    }

    @Test
    void aDirectoryWithoutAnyIsNoError() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(run("dead-letters", "list", empty.toString())).isZero();
        assertThat(out.toString()).isEqualTo("no dead letters" + System.lineSeparator());
    }

    @Test
    void damageIsNamedWithItsPlace() throws IOException {
        Path file = directory.resolve("orders/1000-1.letters");
        byte[] bytes = Files.readAllBytes(file);
        bytes[30] ^= 1;
        Files.write(file, bytes);
        assertThat(run("dead-letters", "show", file.toString())).isEqualTo(6);
        assertThat(err.toString()).contains("1000-1.letters", "checksum");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void helpFitsAnOrdinaryTerminal() {
        assertThat(run("dead-letters", "show", "--help")).isZero();
        assertThat(run("dead-letters", "list", "--help")).isZero();
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}
