// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.DeadLetter.Header;
import io.millrace.api.DeadLetter.SourceRecord;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The files that hold the {@linkplain DeadLetter dead letters} of a batch, one for each batch that has any. A file is
 * seven bytes {@code MLDEADL}, one with the version of the format, and the letters: four bytes of length, four of the
 * CRC32C of what follows, and the letter. Files are complete when they have their name, and never change; the owner of
 * the directory deletes files that are dealt with.
 *
 * @since 0.1
 */
public final class DeadLetterFile {
    /** How the names of the files end. */
    public static final String SUFFIX = ".letters";

    private static final byte[] MAGIC = "MLDEADL".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = MAGIC.length + 1;
    private static final int FRAME = 2 * Integer.BYTES;

    private DeadLetterFile() {}

    /** Begins a file. */
    public static void begin(OutputStream out) throws IOException {
        out.write(MAGIC);
        out.write(VERSION);
    }

    /** Appends a letter as it lies in a file. */
    public static void append(DeadLetter letter, ByteWriter out) {
        ByteWriter body = new ByteWriter(256);
        encode(letter, body);
        CRC32C crc = new CRC32C();
        crc.update(body.array(), 0, body.size());
        out.writeInt(body.size());
        out.writeInt((int) crc.getValue());
        out.writeRaw(body.array(), 0, body.size());
    }

    /**
     * Reads a file.
     *
     * @throws MillraceException of code {@link ErrorCode#CORRUPT_DATA} if it is damaged, or no such file; naming the place
     */
    public static List<DeadLetter> read(Path file) throws IOException {
        List<DeadLetter> letters = new ArrayList<>();
        try {
            forEach(file.toString(), Files.readAllBytes(file), (at, letter) -> letters.add(decode(letter)));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return letters;
    }

    /** Takes the letters of a file, not yet decoded. */
    @FunctionalInterface
    public interface FrameConsumer {
        /**
         * Takes one.
         *
         * @param at where it begins in the file
         * @param letter to be {@linkplain #decode decoded}; valid during the call
         */
        void accept(int at, Slice letter) throws Exception;
    }

    /**
     * Passes on the letters of a whole file that was read already.
     *
     * @param name the file's name, for errors
     * @return how many
     */
    public static long forEach(String name, byte[] file, FrameConsumer consumer) throws Exception {
        if (file.length < HEADER || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(name, 0, "it is no file of dead letters");
        } else if (file[MAGIC.length] != VERSION) {
            throw damaged(name, MAGIC.length, "it has version " + file[MAGIC.length] + ", and this reads " + VERSION);
        }
        Slice letter = new Slice();
        CRC32C crc = new CRC32C();
        long letters = 0;
        int at = HEADER;
        while (at < file.length) {
            if (file.length - at < FRAME) {
                throw damaged(name, at, "it ends within a letter");
            }
            ByteBuffer frame = ByteBuffer.wrap(file, at, FRAME);
            int length = frame.getInt();
            int expected = frame.getInt();
            if (length < 0 || length > file.length - at - FRAME) {
                throw damaged(name, at, "a letter of " + length + " bytes does not fit into it");
            }
            crc.reset();
            crc.update(file, at + FRAME, length);
            if ((int) crc.getValue() != expected) {
                throw damaged(name, at, "a letter's checksum is wrong");
            }
            letter.set(file, at + FRAME, length);
            consumer.accept(at, letter);
            letters++;
            at += FRAME + length;
        }
        return letters;
    }

    private static MillraceException damaged(String name, int at, String what) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "'" + name + "' cannot be read at byte " + at + ": " + what + "; move it away to go on without it");
    }

    private static void encode(DeadLetter letter, ByteWriter out) {
        out.writeString(letter.programId());
        out.writeVarint(letter.epoch());
        out.writeZigZag(letter.batchTime().toEpochMilli());
        out.writeVarint(letter.outputs().size());
        letter.outputs().forEach(out::writeString);
        out.writeString(letter.operator());
        out.writeString(letter.declaredAt());
        out.writeString(letter.element());
        out.writeString(letter.error());
        out.writeString(letter.message());
        out.writeVarint(letter.attempt());
        out.writeByte(letter.record().isPresent() ? 1 : 0);
        letter.record().ifPresent(record -> encode(record, out));
    }

    private static void encode(SourceRecord record, ByteWriter out) {
        out.writeString(record.stream());
        out.writeString(record.partition());
        out.writeZigZag(record.offset());
        out.writeZigZag(record.timestamp());
        encode(record.key(), out);
        encode(record.value(), out);
        out.writeVarint(record.headers());
        for (Header header : record.headerList()) {
            out.writeString(header.name());
            encode(header.value(), out);
        }
    }

    private static void encode(@Nullable Slice bytes, ByteWriter out) {
        out.writeByte(bytes == null ? 0 : 1);
        if (bytes != null) {
            out.writeBytes(bytes.array(), bytes.offset(), bytes.length());
        }
    }

    /** Reads a letter that {@link #forEach} passed on. */
    public static DeadLetter decode(Slice letter) {
        ByteReader in = new ByteReader(letter.array(), letter.offset(), letter.length());
        String program = in.readString();
        long epoch = in.readVarint();
        Instant batch = Instant.ofEpochMilli(in.readZigZag());
        List<String> outputs = new ArrayList<>();
        for (int left = in.readVarint32(); left > 0; left--) {
            outputs.add(in.readString());
        }
        String operator = in.readString();
        String declaredAt = in.readString();
        String element = in.readString();
        String error = in.readString();
        String message = in.readString();
        int attempt = in.readVarint32();
        Optional<SourceRecord> record = in.readByte() == 0 ? Optional.empty() : Optional.of(record(in));
        return new DeadLetter(
                program, epoch, batch, outputs, operator, declaredAt, record, element, error, message, attempt);
    }

    private static SourceRecord record(ByteReader in) {
        String stream = in.readString();
        String partition = in.readString();
        long offset = in.readZigZag();
        long timestamp = in.readZigZag();
        Slice key = slice(in);
        Slice value = slice(in);
        List<Header> headers = new ArrayList<>();
        for (int left = in.readVarint32(); left > 0; left--) {
            headers.add(new Header(in.readString(), slice(in)));
        }
        return new SourceRecord(stream, partition, offset, timestamp, key, value, headers);
    }

    private static @Nullable Slice slice(ByteReader in) {
        return in.readByte() == 0 ? null : new Slice(in.readBytes());
    }
}
