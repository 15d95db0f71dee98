// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.log.LogHandle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads the parts of a savepoint, checks each, and opens its envelope if the savepoint is encrypted. */
final class SavepointIn {
    static final String ABOUT = "savepoint.properties";

    /** No part is larger, unless it is packed less than a hundredfold. */
    private static final long BELIEVED_BYTES = 64L << 20;

    private static final int BELIEVED_PACKING = 100;
    private static final int MOST_ABOUT_BYTES = 64 << 10;

    static final int PLAIN = 1;
    static final int ENCRYPTED = 2;

    private final ZipFile zip;
    private final Path file;
    private final Encryption encryption;
    private final byte[] about;
    private final Properties properties = new Properties();
    private final boolean encrypted;

    private SavepointIn(ZipFile zip, Path file, Encryption encryption) throws IOException {
        this.zip = zip;
        this.file = file;
        this.encryption = encryption;
        this.about = bytes(ABOUT);
        properties.load(new ByteArrayInputStream(about));
        String format = properties.getProperty("format", "none");
        this.encrypted = format.equals(Integer.toString(ENCRYPTED));
        if (!encrypted && !format.equals(Integer.toString(PLAIN))) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + file + "' has format " + format + ", this version of Millrace reads formats "
                            + PLAIN + " and " + ENCRYPTED + ": use the version that wrote it, or a newer one");
        }
    }

    /** What is made of a savepoint while it is open. */
    interface Reading<T> {
        T from(SavepointIn in) throws IOException;
    }

    /** Opens a savepoint of a format that this version knows, and closes it again. */
    static <T> T reading(Path file, Encryption encryption, Reading<T> reading) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return reading.from(new SavepointIn(zip, file, encryption));
        } catch (NoSuchFileException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "there is no savepoint '" + file + "': give the file that was written", e);
        } catch (ZipException e) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "'" + file + "' is no savepoint, or was cut: " + e.getMessage()
                            + "; copy it again from where it was written",
                    e);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "the savepoint '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** What it says of itself. */
    String about(String key, String otherwise) {
        return properties.getProperty(key, otherwise);
    }

    /** The name of the part that holds the payload which a handle names. */
    static String name(String folder, LogHandle handle) {
        return folder
                + String.format(
                        Locale.ROOT,
                        "%016x-%d-%d",
                        handle.at().segment(),
                        handle.at().offset(),
                        handle.length());
    }

    byte[] payload(String folder, LogHandle handle) throws IOException {
        String name = name(folder, handle);
        byte[] content = part(name);
        CRC32C crc = new CRC32C();
        crc.update(content);
        if (content.length != handle.length() || (int) crc.getValue() != handle.crc32c()) {
            throw damaged(name);
        }
        return content;
    }

    byte[] part(String name) throws IOException {
        byte[] bytes = bytes(name);
        return encrypted || encryption.concerns(bytes, 0, bytes.length)
                ? encryption
                        .open(bytes, 0, bytes.length, new SavepointPlace(file, name, about))
                        .content()
                : bytes;
    }

    private byte[] bytes(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "'" + file + "' is no savepoint, or lost a part: it has no entry '" + name + "'");
        }
        long most = name.equals(ABOUT)
                ? MOST_ABOUT_BYTES
                : Math.max(BELIEVED_BYTES, BELIEVED_PACKING * entry.getCompressedSize());
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 16));
            if (in.read() >= 0) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "the savepoint '" + file + "' is damaged or forged: its entry '" + name + "', of "
                                + entry.getCompressedSize() + " bytes, unpacks to more than " + most
                                + "; copy it again from where it was written");
            }
        }
        CRC32 crc = new CRC32(); // which a ZipFile does not look at
        crc.update(bytes);
        if (crc.getValue() != entry.getCrc()) {
            throw damaged(name);
        }
        return bytes;
    }

    private MillraceException damaged(String entry) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "the savepoint '" + file + "' is damaged: its entry '" + entry
                        + "' is not what was written; copy it again from where it was written");
    }
}
