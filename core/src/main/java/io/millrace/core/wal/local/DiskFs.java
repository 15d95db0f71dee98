// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.plugin.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The file system of this machine. */
final class DiskFs implements SegmentFs {
    @Override
    public void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        try {
            Files.createDirectory(directory, PrivateFiles.directory(directory));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) { // else another process was faster
                throw e;
            }
        }
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public SegmentFile create(Path file) throws IOException {
        return new DiskFile(FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFiles.file(file)));
    }

    @Override
    public SegmentFile open(Path file, boolean writable) throws IOException {
        return writable
                ? new DiskFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE))
                : new InterruptibleReads(file);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public String kind(Path directory) throws IOException {
        return Files.getFileStore(directory).type();
    }

    @Override
    public Path canonical(Path directory) throws IOException {
        return directory.toRealPath();
    }

    @Override
    public void secure(Path root, Path lock, Predicate<Path> ours) throws IOException {
        OwnDirectory.secure(root, lock, ours);
    }

    @Override
    public Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key; // a system without them can only tell whether the name exists
    }

    @Override
    @SuppressWarnings("resource") // a channel on a lock file must stay open as long as anybody here holds the lock
    public Optional<Closeable> lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFiles.file(file));
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // another copy of this class in this JVM has it; POSIX would drop its lock if this channel were closed
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(channel);
    }

    static void writeAll(FileChannel channel, ByteBuffer from, long at) throws IOException {
        long offset = at;
        while (from.hasRemaining()) {
            offset += channel.write(from, offset);
        }
    }

    private record DiskFile(FileChannel channel) implements SegmentFile {
        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            writeAll(channel, from, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return channel.read(into, at);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            channel.force(metadata);
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
