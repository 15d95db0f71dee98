// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.codec.Codec;
import io.millrace.api.function.MapFunction;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Describes an input that reads the files that appear in a directory, each exactly once.
 *
 * <pre>{@code
 * ssc.receive(FileInput.in(Path.of("incoming")).matching("*.csv").lines())
 * }</pre>
 *
 * Move complete files in, or let them be unchanged for {@link #settle} before they are taken; what is appended to a file
 * after it was taken is not read, and reported. A file that is renamed within the directory is still the same file; one
 * that takes another's name is another. Files stay where they are, and must stay until the batches that read them are
 * committed. Not thread-safe.
 *
 * @since 0.1
 */
public final class FileInput {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private FileInput() {}

    /** Reads the files of this directory, which must exist; not those of directories in it. */
    public static FileInput in(Path directory) {
        return new FileInput()
                .set(FilesProvider.DIRECTORY.key(), directory.toAbsolutePath().toString());
    }

    /** Reads only the files whose names match this glob, such as {@code *.csv}. */
    public FileInput matching(String glob) {
        return set(FilesProvider.PATTERN.key(), glob);
    }

    /** The first start of the program begins with the files that are there. */
    public FileInput startEarliest() {
        return set(FilesProvider.START.key(), "earliest");
    }

    /** The first start of the program begins with the files that come after it: the default. */
    public FileInput startLatest() {
        return set(FilesProvider.START.key(), "latest");
    }

    /** Takes a file when its size and time have not changed for so long; 1 s unless it is set. */
    public FileInput settle(Duration unchanged) {
        return set(FilesProvider.SETTLE.key(), unchanged.toMillis() + "ms");
    }

    /** Sets any setting of {@code files} by its key. */
    public FileInput set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The lines, as UTF-8; bytes that are none become U+FFFD. */
    public Source<String> lines() {
        return lines(StandardCharsets.UTF_8);
    }

    /**
     * The lines, in a character set in which a line feed is the byte 10; bytes that are none are replaced.
     *
     * @throws io.millrace.api.MillraceException if {@code charset} is another, such as UTF-16
     */
    public Source<String> lines(Charset charset) {
        String name = SocketInput.nameOf(charset);
        return new Source<>(null, FilesProvider.NAME, settings, () -> {
            Charset decoding = Charset.forName(name);
            return view -> text(view, decoding);
        });
    }

    /** The lines as UTF-8, each with the file that it is from and its place there. */
    public Source<Line> linesWithFiles() {
        return new Source<>(
                null,
                FilesProvider.NAME,
                settings,
                () -> view -> new Line(file(view), view.offset(), text(view, StandardCharsets.UTF_8)));
    }

    /** Records of {@code length} bytes each; what is left at the end of a file is not read, and reported. */
    public <T> Source<T> records(int length, Codec<T> codec) {
        return fixed(length, SocketInput.decoding(codec));
    }

    /** Records of {@code length} bytes each, as they are. */
    public Source<byte[]> records(int length) {
        return fixed(length, () -> view -> SocketInput.value(view).toByteArray());
    }

    /**
     * The dead letters of a program, to be looked at or to be processed again: every file of them that is in the directory
     * or comes there, once. A program that has dead letters of its own must not read them where it writes them.
     */
    public Source<DeadLetter> deadLetters() {
        return letters(() -> view -> DeadLetterFile.decode(SocketInput.value(view)));
    }

    /**
     * The records of dead letters, decoded as their own input would have. A letter without a record makes the decoder
     * fail, as does a record that it cannot decode: {@link io.millrace.api.OnRecordError} says what becomes of it.
     */
    public <T> Source<T> deadLetters(MapFunction<RecordView, ? extends T> decoder) {
        return letters(() -> view -> {
            DeadLetter letter = DeadLetterFile.decode(SocketInput.value(view));
            return decoder.apply(letter.record()
                    .orElseThrow(() -> new IllegalStateException("a letter of '" + letter.operator() + "' at "
                            + letter.declaredAt() + ", batch " + letter.batchTime() + ", has no record")));
        });
    }

    private <T> Source<T> letters(Source.DecoderSupplier<T> decoder) {
        settings.putIfAbsent(FilesProvider.PATTERN.key(), "*" + DeadLetterFile.SUFFIX);
        settings.putIfAbsent(FilesProvider.START.key(), "earliest");
        set(FilesProvider.DEAD_LETTERS.key(), "true");
        return new Source<>(null, FilesProvider.NAME, settings, decoder);
    }

    private <T> Source<T> fixed(int length, Source.DecoderSupplier<T> decoder) {
        set(FilesProvider.RECORD_LENGTH.key(), Integer.toString(length));
        return new Source<>(null, FilesProvider.NAME, settings, decoder);
    }

    private static String text(RecordView view, Charset charset) {
        Slice value = SocketInput.value(view);
        return new String(value.array(), value.offset(), value.length(), charset);
    }

    private static String file(RecordView view) {
        Slice name = view.headerValue(0);
        return name == null ? "" : name.utf8();
    }

    /**
     * A line of a file.
     *
     * @param file the file's name when it was taken
     * @param offset where the line begins in it, in bytes
     */
    public record Line(String file, long offset, String text) {}
}
