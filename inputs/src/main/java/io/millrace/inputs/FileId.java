// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What makes a file itself: its key in the file system, which a rename does not change, and a checksum of its first bytes,
 * since a file system gives the key of a deleted file to another. Its text is the name of the source partition.
 *
 * @param name the file's name when it was first seen
 * @param key the file system's key for it, or its name where there is none
 * @param headLength how many bytes the checksum covers
 * @param headChecksum the checksum
 */
record FileId(String name, String key, int headLength, int headChecksum) {
    private static final int HEAD = 4096;
    private static final char SEPARATOR = '#';

    /** The identity of a file as it is now. */
    static FileId of(Path file, BasicFileAttributes attributes) throws IOException {
        int length = (int) Math.min(HEAD, attributes.size());
        String name = String.valueOf(file.getFileName());
        return new FileId(name, key(name, attributes), length, checksum(file, length));
    }

    static String key(String name, BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return (key == null ? name : key.toString()).replace(SEPARATOR, '_');
    }

    /** Reads a partition's name; empty if it is not that of a file. */
    static Optional<FileId> parse(String partition) {
        int third = partition.lastIndexOf(SEPARATOR);
        int second = partition.lastIndexOf(SEPARATOR, third - 1);
        int first = partition.lastIndexOf(SEPARATOR, second - 1);
        if (first < 0) {
            return Optional.empty();
        }
        return Optional.of(new FileId(
                partition.substring(0, first),
                partition.substring(first + 1, second),
                Integer.parseInt(partition.substring(second + 1, third)),
                Integer.parseUnsignedInt(partition.substring(third + 1), 16)));
    }

    /** The name of the source partition. */
    String partition() {
        return name + SEPARATOR + key + SEPARATOR + headLength + SEPARATOR + Integer.toHexString(headChecksum);
    }

    /** Whether a file, whatever its name is now and whatever was appended, is this one. */
    boolean is(Path file, BasicFileAttributes attributes) throws IOException {
        return key(String.valueOf(file.getFileName()), attributes).equals(key)
                && attributes.size() >= headLength
                && checksum(file, headLength) == headChecksum;
    }

    private static int checksum(Path file, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(length);
            while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
                // read on: a channel may give less than it is asked for
            }
            CRC32C checksum = new CRC32C();
            checksum.update(head.flip());
            return (int) checksum.getValue();
        }
    }
}
