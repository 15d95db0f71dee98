// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The little that the local store wants of a file system. Everything that it does to a disk is here, so that tests can
 * put a disk in its place that loses what was not forced, fills up, or fails.
 *
 * <p>What a crash may undo is what POSIX allows: bytes of a file until {@link SegmentFile#force}, names in a directory
 * until {@link #forceDirectory}. Thread-safe.
 */
interface SegmentFs {
    /** Creates a directory and those above it, such that they survive a crash; an existing one is fine. */
    void createDirectories(Path directory) throws IOException;

    /** The names in a directory, sorted; none if it does not exist. */
    List<String> list(Path directory) throws IOException;

    /** Creates a file that must not exist, for writing. */
    SegmentFile create(Path file) throws IOException;

    /** Opens an existing file. */
    SegmentFile open(Path file, boolean writable) throws IOException;

    /** Gives a file another name in one step, in place of a file that may have it. */
    void replace(Path from, Path to) throws IOException;

    /** Removes a file, if it exists. */
    void delete(Path file) throws IOException;

    /** Makes the names in a directory survive a crash. */
    void forceDirectory(Path directory) throws IOException;

    /** How many bytes this process could still write. */
    long usableBytes(Path directory) throws IOException;

    /** What kind of file system a directory is on, such as {@code ext4}, {@code tmpfs}, {@code nfs4}. */
    String kind(Path directory) throws IOException;

    /** The same path for everybody who means the same directory. */
    Path canonical(Path directory) throws IOException;

    /**
     * What tells a file, or a directory, apart from every other that exists; by {@code equals}.
     *
     * @throws java.nio.file.NoSuchFileException if nothing has the name
     */
    Object identity(Path file) throws IOException;

    /**
     * Refuses a directory that other users can write to, and takes from them what an earlier version made in it.
     *
     * @param lock the lock file, which may not be there
     * @param ours what in the directory is the store's
     * @throws io.millrace.spi.wal.WalException {@code ACCESS_DENIED} if they can
     */
    default void secure(Path root, Path lock, Predicate<Path> ours) throws IOException {}

    /**
     * Locks a file, made if necessary, against other processes until the result is closed; empty if one has it. The file
     * must never be opened otherwise: closing any channel on it would drop the lock.
     */
    Optional<Closeable> lock(Path file) throws IOException;

    /** An open file. Reads may come from any thread, the rest from one at a time. */
    interface SegmentFile extends Closeable {
        /** Writes all of {@code from} at an offset. */
        void write(ByteBuffer from, long at) throws IOException;

        /** Reads what is there, up to what {@code into} takes; 0 or less at the end. */
        int read(ByteBuffer into, long at) throws IOException;

        /** Makes the bytes (and the metadata that is not needed to find them again) survive a crash. */
        void force(boolean metadata) throws IOException;

        void truncate(long length) throws IOException;

        long length() throws IOException;
    }
}
