// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * A small file of properties that appears whole, by which processes speak with each other in a directory that others may be
 * able to write to: no link is followed, nothing is written over that is there, and only a small regular file that has one
 * name is read.
 */
final class PropertyFile {
    private static final int MAX_BYTES = 4096;
    private static final Object ROOT = 0;

    private PropertyFile() {}

    /** Whether something of this name is there, link or not. */
    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Puts a file there, in the place of what has its name: never into a file that is there, nor through a link. */
    static void write(Path file, Map<String, String> properties) {
        Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".partial");
        Properties written = new Properties();
        written.putAll(properties);
        try {
            StringWriter text = new StringWriter();
            written.store(text, null);
            Files.writeString(
                    partial,
                    text.toString(),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            try {
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "cannot write '" + file + "': " + e, e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or is not what another process of Millrace would have written; the message
     *     says nothing of what is in it
     */
    static Properties read(Path file) throws IOException {
        BasicFileAttributes there = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!there.isRegularFile()) {
            throw new IOException("it is no regular file");
        }
        if (names(file) != 1) {
            throw new IOException("it has other names elsewhere");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException("it has more than " + MAX_BYTES + " bytes");
        }
        Properties read = new Properties();
        try {
            read.load(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IOException("it does not hold properties", e);
        }
        return read;
    }

    /**
     * Reads a file that only the user of this process, or root, may have put there.
     *
     * @throws IOException also if another user did
     */
    static Properties readOwn(Path file) throws IOException {
        if (hasUnix(file)) {
            Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(ROOT) && !owner.equals(user(file))) {
                throw new IOException("it belongs to another user, " + owner
                        + ", and only the program's own and root may ask for that");
            }
        }
        return read(file);
    }

    /** The user of this process, as the system sees it who makes a file beside another. */
    private static Object user(Path file) throws IOException {
        Path probe = Files.createFile(
                file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".owner"),
                PrivateFiles.file(file));
        try {
            return Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }

    private static boolean hasUnix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /** How many names the file has; 1 where the system does not tell. */
    private static int names(Path file) throws IOException {
        return hasUnix(file) ? (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) : 1;
    }
}
