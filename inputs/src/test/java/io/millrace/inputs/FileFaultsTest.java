// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with one file is kept to it, and one that is given a deleted file's inode is another. */
@Timeout(60)
class FileFaultsTest {
    @TempDir
    Path folder;

    private final List<String> conditions = new CopyOnWriteArrayList<>();
    private Path incoming;
    private Programs<String> program;

    @BeforeEach
    void make() throws IOException {
        incoming = Files.createDirectory(folder.resolve("incoming"));
        program = new Programs<>(folder.resolve("checkpoint"));
    }

    @Test
    void aLinkToItselfIsToldAndStopsNoOtherFile() throws IOException {
        Files.createSymbolicLink(incoming.resolve("a-loop"), incoming.resolve("a-loop"));
        theOthersAreRead("a-loop");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Files.writeString(folder.resolve("secret"), "not read\n");
        Files.createSymbolicLink(incoming.resolve("a-link"), folder.resolve("secret"));
        theOthersAreRead("a-link: java.io.IOException: it is a link");
    }

    @Test
    void aFileInUtf16IsToldAndNotRead() throws IOException {
        Files.write(incoming.resolve("a-wide"), "garbled\n".getBytes(UTF_16));
        theOthersAreRead("a-wide: java.lang.IllegalArgumentException: it begins with the byte-order mark of UTF-16");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16LE, 'id,name'",
        "UTF-16BE, 'id,name'",
        "UTF-16LE, 'Привет, мир: это строка, и вторая'",
        "UTF-32LE, 'id,name'",
        "UTF-32BE, 'größe'"
    })
    void aFileOfWideCharactersWithoutAMarkIsToldAndNotRead(String charset, String line) throws IOException {
        Files.write(incoming.resolve("a-wide"), (line + "\n").repeat(50).getBytes(Charset.forName(charset)));
        theOthersAreRead("iconv -f " + charset + " -t UTF-8");
    }

    @Test
    void zerosThatAreNoneOfUtf16AreRead() throws IOException {
        List<String> lines = List.of("abc\0def\0ghi", "\0", "", "a\0b", "\0\0\0\0", "xyz");
        for (String line : lines) {
            Files.writeString(incoming.resolve("zeros-" + lines.indexOf(line)), line + "\n");
        }
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(lines.size());
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void aCharacterSetThatHasOtherLineEndsIsRefused() {
        for (Charset charset : List.of(UTF_16, Charset.forName("UTF-32LE"))) {
            assertThatThrownBy(() -> files().lines(charset))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("a line feed is not the byte 10 in " + charset.name());
            assertThatThrownBy(() -> SocketInput.connect("localhost", 1).lines(charset))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("a line feed is not the byte 10 in " + charset.name());
        }
    }

    @Test
    void aHugeFileOfDeadLettersKeepsItselfApart() throws IOException {
        Programs<String> letters = new Programs<>(folder.resolve("letters"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(incoming.resolve("1.letters").toFile(), "rw")) {
            sparse.setLength(1_900L << 20);
        }
        try (StreamingContext context = letters.start(files().deadLetters(view -> view.valueUtf8()), this::watched)) {
            awaitCondition("a file of dead letters is read whole");
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        Files.writeString(incoming.resolve("marked"), "\uFEFFfirst\nsecond\n");
        Files.writeString(incoming.resolve("only-a-mark"), "\uFEFF");
        try (StreamingContext context = program.start(files().lines())) {
            program.awaitElements(2);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void aFileOnTheInodeOfADeletedOneIsAnother() throws IOException {
        Path first = Files.writeString(incoming.resolve("export-01.csv"), "id,name\n");
        FileId known = FileId.of(first, attributes(first));
        // the same inode under another name, with more in it: what a file system makes of a deleted file's inode
        Path second = Files.move(first, incoming.resolve("export-02.csv"));
        Files.writeString(second, "id,name\n1,a\n2,b\n");
        assertThat(known.is(second, attributes(second), -1)).isFalse();
        FileId old = new FileId(known.name(), FileId.key(second, attributes(second)), 8, known.headChecksum());
        assertThat(old.is(second, attributes(second), 8))
                .as("as it was recorded before")
                .isFalse();
    }

    @Test
    void aRenameAndARemountMakeNoOtherFile() throws IOException {
        Path file = Files.writeString(incoming.resolve("a#1"), "one\n");
        FileId id = FileId.of(file, attributes(file));
        assertThat(FileId.parse(id.partition())).contains(id);
        FileId old = new FileId("a#1", "(dev=1,ino=" + id.inode() + ")", 4, id.headChecksum());
        assertThat(id.is(file, attributes(file), -1)).isTrue();
        assertThat(old.is(file, attributes(file), 4)).as("under another device").isTrue();
        Path renamed = Files.move(file, incoming.resolve("b"));
        assertThat(id.is(renamed, attributes(renamed), -1)).isTrue();
        assertThat(old.is(renamed, attributes(renamed), 4)).isTrue();
        Path copied = Files.copy(renamed, incoming.resolve("c"), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(id.is(copied, attributes(copied), -1)).as("equal content").isFalse();
    }

    @Test
    void aNameCannotPassForAnotherLineOfTheLog() throws IOException {
        String forged = "\nFORGED\r\u001b[2J";
        Files.createSymbolicLink(incoming.resolve("a-loop" + forged), incoming.resolve("a-loop" + forged));
        Files.writeString(incoming.resolve("b-grows" + forged), "one\n");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(said, true, UTF_8));
        try (StreamingContext context = program.start(files().lines(), this::watched)) {
            program.awaitElements(1);
            Files.writeString(incoming.resolve("b-grows" + forged), "two\n", StandardOpenOption.APPEND);
            await().atMost(Programs.DEADLINE)
                    .until(() -> said.toString(UTF_8).contains("b-grows FORGED \\u001b[2J' grew after it was taken"));
            awaitCondition("a-loop FORGED \\u001b[2J: ");
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(UTF_8))
                .contains("b-grows FORGED")
                .contains("a-loop FORGED \\u001b[2J is not read")
                .contains("files has new partitions")
                .doesNotContain("\nFORGED", "\r", "\u001b");
        assertThat(conditions).noneMatch(condition -> condition.contains("\n") || condition.contains("\u001b"));
    }

    private void theOthersAreRead(String told) throws IOException {
        Files.writeString(incoming.resolve("b"), "one\n");
        try (StreamingContext context = program.start(files().lines(), this::watched)) {
            program.awaitElements(1);
            Files.writeString(incoming.resolve("c"), "two\n");
            program.awaitElements(2);
            awaitCondition(told);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).containsExactly("one", "two");
    }

    private void awaitCondition(String told) {
        await().atMost(Programs.DEADLINE)
                .untilAsserted(() -> assertThat(conditions).anyMatch(condition -> condition.contains(told)));
    }

    private StreamingContextBuilder watched(StreamingContextBuilder builder) {
        return builder.set("watchdog.stuck-after", "1s").listener(new StreamingListener() {
            @Override
            public void onConditionChanged(ConditionChanged event) {
                if (event.condition().equals("input-trouble")) {
                    conditions.add(event.message());
                }
            }
        });
    }

    private FileInput files() {
        return FileInput.in(incoming).startEarliest().settle(Duration.ZERO).set("poll-interval", "10ms");
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
