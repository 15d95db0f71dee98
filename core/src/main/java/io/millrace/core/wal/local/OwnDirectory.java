// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.plugin.PrivateFiles;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no other user changes logs, or reads them. A directory that the store did not make keeps its permissions,
 * and is refused if others can write to it. What an earlier version made with the umask is tightened, once.
 */
final class OwnDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(OwnDirectory.class);

    private OwnDirectory() {}

    /**
     * Checks a directory, and tightens what is below it.
     *
     * @param lock the lock file; what has one that is private has been tightened
     * @param ours which names in it are the store's
     */
    static void secure(Path root, Path lock, Predicate<Path> ours) throws IOException {
        Optional<String> loose = PrivateFiles.writableByOthers(root);
        if (loose.isPresent()) {
            if (Files.exists(lock) && list(root).stream().allMatch(ours)) {
                PrivateFiles.tighten(root);
                LOG.info("{} was writable by other users ({}), and is no longer", root, loose.get());
            } else {
                throw new WalException(
                        Reason.ACCESS_DENIED,
                        "other users can write to the directory " + root + " (" + loose.get()
                                + "), and so change what the program does: name a directory below it, which is made for"
                                + " this user alone (0700), or 'chmod go-w' it");
            }
        }
        if (Files.exists(lock) && isReadByOthers(lock)) {
            int tightened = 0;
            for (Path own : list(root)) {
                tightened += !own.equals(lock) && ours.test(own) ? tighten(own) : 0;
            }
            tightened += tighten(lock);
            LOG.info("{}: {} files of an earlier version are for their user alone from now on", root, tightened);
        }
    }

    private static boolean isReadByOthers(Path lock) throws IOException {
        return Files.getFileStore(lock).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(lock).size() > 2;
    }

    private static int tighten(Path own) throws IOException {
        int tightened = 0;
        if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : list(own)) {
                tightened += tighten(file);
            }
        }
        if (Files.isSymbolicLink(own)) {
            return tightened;
        }
        try {
            return tightened + (PrivateFiles.tighten(own) ? 1 : 0);
        } catch (IOException e) {
            LOG.warn("{} can be read by other users, and its permissions cannot be changed: {}", own, e.toString());
            return tightened;
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
