// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What makes a file itself: its name, its inode, its length and time when it was taken, and a checksum of its first bytes. A rename
 * changes the first of them and a copy the second; another file that is given the inode of a deleted one differs in more. Its
 * text is the name of the source partition.
 *
 * <p>Two forms of that are read. One has the key {@code 2:inode:time:length} and is written; one has the key of the file system,
 * with its device, and knows neither time nor length.
 *
 * @param name the file's name when it was first seen
 * @param key of one of the two forms
 * @param headLength how many bytes the checksum covers
 * @param headChecksum the checksum
 */
record FileId(String name, String key, int headLength, int headChecksum) {
    private static final int HEAD = 4096;
    private static final char SEPARATOR = '#';
    private static final Pattern KEY = Pattern.compile("2:(.*):(-?\\d+):(\\d+)");
    private static final Pattern INODE = Pattern.compile("ino=(\\d+)");
    private static final long UNKNOWN = -1;

    /** The identity of a file as it is now. */
    static FileId of(Path file, BasicFileAttributes attributes) throws IOException {
        int length = (int) Math.min(HEAD, attributes.size());
        return new FileId(name(file), keyOf(file, attributes), length, checksum(file, length));
    }

    /** The identity of a file as it is now that cannot be read. */
    static FileId unread(Path file, BasicFileAttributes attributes) {
        return new FileId(name(file), keyOf(file, attributes), 0, (int) new CRC32C().getValue());
    }

    private static String keyOf(Path file, BasicFileAttributes attributes) {
        return "2:" + inode(file, attributes) + ":" + time(attributes) + ":" + attributes.size();
    }

    /** What tells the files from each other that are there at one time, however many names one has. */
    static String key(Path file, BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return key == null ? name(file) : key.toString();
    }

    /** The file's number on its device, which a mount under another device does not change; its name where there is none. */
    static String inode(Path file, BasicFileAttributes attributes) {
        return inode(key(file, attributes));
    }

    private static String inode(String key) {
        Matcher number = INODE.matcher(key);
        return number.find() ? number.group(1) : key.replace(SEPARATOR, '_');
    }

    /** The number of the file on its device when it was taken. */
    String inode() {
        Matcher second = KEY.matcher(key);
        return second.matches() ? second.group(1) : inode(key);
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static long time(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
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

    /**
     * Whether a file is this one: with another name, or under another device; with both name and inode also if it was touched, or
     * something was appended.
     *
     * @param readTo where it was read to its end; −1 if it was not, or that is not known
     */
    boolean is(Path file, BasicFileAttributes attributes, long readTo) throws IOException {
        boolean sameName = name(file).equals(name);
        boolean sameInode = inode(file, attributes).equals(inode());
        Matcher second = KEY.matcher(key);
        long length = second.matches() ? Long.parseLong(second.group(3)) : readTo;
        boolean may;
        if (length == UNKNOWN) {
            may = sameInode;
        } else if (sameInode && sameName) {
            may = attributes.size() >= length;
        } else {
            boolean sameTime = !second.matches() ? sameInode : time(attributes) == Long.parseLong(second.group(2));
            may = (sameInode || sameName) && sameTime && attributes.size() == length;
        }
        return may && begins(file, attributes);
    }

    /** Whether a file that is looked for may be this one, if no other {@linkplain #is is}: it has still what was there to be read. */
    boolean mayBe(Path file, BasicFileAttributes attributes) throws IOException {
        Matcher second = KEY.matcher(key);
        long length = second.matches() ? Long.parseLong(second.group(3)) : headLength;
        return (inode(file, attributes).equals(inode()) || name(file).equals(name))
                && attributes.size() >= length
                && begins(file, attributes);
    }

    /** Whether a file begins as this one did. */
    boolean begins(Path file, BasicFileAttributes attributes) throws IOException {
        return attributes.size() >= headLength && checksum(file, headLength) == headChecksum;
    }

    /** Opens a file to be read; fails if it is a link by now that is not to be followed. */
    static FileChannel open(Path file, boolean followLinks) throws IOException {
        return followLinks
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static int checksum(Path file, int length) throws IOException {
        CRC32C checksum = new CRC32C();
        if (length == 0) {
            return (int) checksum.getValue();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(length);
            while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
                // read on: a channel may give less than it is asked for
            }
            checksum.update(head.flip());
            return (int) checksum.getValue();
        }
    }
}
