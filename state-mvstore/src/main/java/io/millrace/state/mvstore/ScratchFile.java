// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.PrivateFiles;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of one run of a program, which nobody else touches as long as the run lives, and the next run removes if this
 * one could not. Each has a lock file beside it: locked means alive. Runs of the same program do not wait for each other:
 * which of them owns the program is decided by its logs.
 */
final class ScratchFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchFile.class);
    private static final String LOCK = ".lock";
    private static final String CONTENT = ".mv";
    private static final String UNBORN = ".new";
    private static final Duration STILLBORN = Duration.ofHours(1);

    private final Path lockFile;
    private final Path content;
    private final FileChannel lock;

    private ScratchFile(Path lockFile, Path content, FileChannel lock) {
        this.lockFile = lockFile;
        this.content = content;
        this.lock = lock;
    }

    /** Removes what dead runs of the program left, and makes a file for this one. */
    static ScratchFile create(Path parent, String program) {
        Path directory = parent.resolve(URLEncoder.encode(program, StandardCharsets.UTF_8) + ".state");
        try {
            Files.createDirectories(directory, PrivateFiles.directory(directory));
            String mine = thisProcess();
            removeDead(directory, mine);
            String name = mine + UUID.randomUUID();
            Path born = directory.resolve(name + LOCK);
            Path unborn = directory.resolve(name + UNBORN);
            FileChannel lock = FileChannel.open(
                    unborn, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PrivateFiles.file(unborn));
            try {
                if (tryLock(lock) == null) {
                    throw new IOException(unborn + " is locked by another process");
                }
                Files.move(unborn, born, StandardCopyOption.ATOMIC_MOVE); // never seen without its lock
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
            Path content = directory.resolve(name + CONTENT);
            Files.createFile(content, PrivateFiles.file(content)); // the store would make it with the umask
            return new ScratchFile(born, content, lock);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "the state store cannot use the directory '" + directory + "': " + e
                            + "; set state.store.directory to a directory of a local disk that this process may write",
                    e);
        }
    }

    /** Where the content is to be; empty yet. */
    Path content() {
        return content;
    }

    /**
     * The beginning of the names of this process's files. It does not look at them: a process that closes a file loses its
     * locks of it. The start time tells it from an earlier one of the same number, as each has in a container.
     */
    private static String thisProcess() {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + started + "-";
    }

    private static void removeDead(Path directory, String mine) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(mine)) {
                    continue;
                }
                if (name.endsWith(LOCK)) {
                    removeIfDead(file, name);
                } else if (name.endsWith(UNBORN)
                        && Files.getLastModifiedTime(file)
                                .toInstant()
                                .isBefore(Instant.now().minus(STILLBORN))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void removeIfDead(Path lockFile, String name) {
        Path content = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()) + CONTENT);
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            if (tryLock(channel) != null) {
                Files.deleteIfExists(content);
                Files.deleteIfExists(lockFile);
                LOG.info("Removed {}, which a run left that is dead", content);
            }
        } catch (IOException e) { // perhaps somebody else's, perhaps gone meanwhile
            LOG.warn("{} of the state store is left over and cannot be removed: {}", content, e.toString());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Removes the file. */
    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(content);
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            LOG.warn("{} of the state store cannot be removed, the next start tries again: {}", content, e.toString());
        }
    }
}
