// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A few named values in a small text file that is only ever replaced as a whole: after a crash it holds the values of
 * before or of after. The first line says kind and version, the last one is a checksum.
 */
final class FactFile {
    private static final int MAX_BYTES = 64 << 10;
    private static final String CHECKSUM = "crc32c ";

    private final SegmentFs fs;
    private final Path file;
    private final String kind;
    private final int newest;
    private int version;

    /**
     * @param newest the version that is written; that and every one before it are read
     */
    FactFile(SegmentFs fs, Path file, String kind, int newest) {
        this.fs = fs;
        this.file = file;
        this.kind = kind;
        this.newest = newest;
    }

    /** The version of what was read last; 0 if nothing was. */
    int version() {
        return version;
    }

    Path file() {
        return file;
    }

    private ByteBuffer text(Map<String, String> values) {
        StringBuilder text = new StringBuilder(kind).append(' ').append(newest).append('\n');
        values.forEach((key, value) ->
                text.append(key).append(' ').append(value.replace('\n', ' ')).append('\n'));
        String checksum = checksum(text.toString());
        text.append(CHECKSUM).append(checksum).append('\n');
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Creates the file, which must not exist, and leaves it open. Its bytes are durable, its name is not yet; a crash may
     * leave it without values.
     */
    SegmentFile create(Map<String, String> values) throws IOException {
        SegmentFile created = fs.create(file);
        try {
            created.write(text(values), 0);
            created.force(true);
            return created;
        } catch (IOException e) {
            created.close();
            throw e;
        }
    }

    /** Replaces the values, durably. */
    void write(Map<String, String> values) {
        Path directory = directory();
        Path temporary = directory.resolve(file.getFileName() + ".tmp");
        try {
            fs.delete(temporary);
            try (SegmentFile written = fs.create(temporary)) {
                written.write(text(values), 0);
                written.force(true);
            }
            fs.replace(temporary, file);
            fs.forceDirectory(directory);
        } catch (IOException e) {
            throw FsErrors.of("write", file, e);
        }
    }

    /** Makes something of the values. */
    interface Values<T> {
        /** Throws an {@link IllegalArgumentException} if they are not what was written. */
        T from(Map<String, String> values);
    }

    /** What the values mean, if the file exists. */
    <T> Optional<T> read(Values<T> meaning) {
        return read().map(values -> {
            try {
                return meaning.from(values);
            } catch (IllegalArgumentException e) {
                throw damaged("it does not hold what it should (" + e.getMessage() + ")", e);
            }
        });
    }

    /** One of the values, which must be there. */
    static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no '" + key + "'");
        }
        return value;
    }

    /** The values, if the file exists. */
    Optional<Map<String, String>> read() {
        String text;
        try (SegmentFile opened = fs.open(file, false)) {
            if (opened.length() > MAX_BYTES) {
                throw damaged("it has " + opened.length() + " bytes", null);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) opened.length());
            while (bytes.hasRemaining() && opened.read(bytes, bytes.position()) > 0) {
                // as much as there is
            }
            text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FsErrors.of("read", file, e);
        }
        return Optional.of(parse(text));
    }

    private Map<String, String> parse(String text) {
        int checksumAt = text.lastIndexOf(CHECKSUM);
        if (!text.startsWith(kind + " ")
                || checksumAt < 0
                || !text.substring(checksumAt + CHECKSUM.length())
                        .trim()
                        .equals(checksum(text.substring(0, checksumAt)))) {
            throw damaged("it is not a " + kind + " file whose checksum is right", null);
        }
        Map<String, String> values = new LinkedHashMap<>();
        text.substring(0, checksumAt).lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space < 0) {
                throw damaged("a line in it has no value", null);
            }
            values.put(line.substring(0, space), line.substring(space + 1));
        });
        String written = String.valueOf(values.remove(kind));
        for (int known = 1; known <= newest; known++) {
            if (written.equals(String.valueOf(known))) {
                version = known;
                return values;
            }
        }
        throw new WalException(
                Reason.UNSUPPORTED,
                file + " has format version " + written + ", this version of Millrace reads " + newest
                        + ": run the version that wrote it");
    }

    private WalException damaged(String problem, @Nullable Throwable cause) {
        return new WalException(Reason.CORRUPT, file + " is damaged: " + problem + "; restore it", cause);
    }

    private Path directory() {
        Path directory = file.getParent();
        if (directory == null) {
            throw new IllegalStateException(file + " is in no directory");
        }
        return directory;
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", (int) crc.getValue());
    }
}
