// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * With which permissions the engine and plugins make what holds records, states and code: for the user of the program
 * alone, whatever the umask, from the moment at which it is made. A file system that knows no such permissions keeps its
 * own rules. Outputs of the program are not made so: they are meant to be read by others. Thread-safe.
 *
 * @since 0.1
 */
public final class PrivateFiles {
    private static final FileAttribute<?>[] NONE = {};
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> LOOSE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private PrivateFiles() {}

    /** What a directory is made with: 0700; nothing where there are no such permissions. */
    public static FileAttribute<?>[] directory(Path made) {
        return attributes(made, DIRECTORY);
    }

    /** What a file is made with: 0600; nothing where there are no such permissions. */
    public static FileAttribute<?>[] file(Path made) {
        return attributes(made, FILE);
    }

    private static FileAttribute<?>[] attributes(Path made, Set<PosixFilePermission> permissions) {
        return made.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : NONE;
    }

    /** The permissions of a path if another user than its owner may write to it; empty otherwise. Follows links. */
    public static Optional<String> writableByOthers(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return Optional.empty();
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        return permissions.stream().anyMatch(LOOSE::contains)
                ? Optional.of(PosixFilePermissions.toString(permissions))
                : Optional.empty();
    }

    /**
     * Takes a file or directory from all users but its owner: what an earlier version made.
     *
     * @return whether another user could read or write it before
     * @throws IOException if it belongs to another user
     */
    public static boolean tighten(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(DIRECTORY);
        Set<PosixFilePermission> now = view.readAttributes().permissions();
        permissions.retainAll(now);
        if (permissions.equals(now)) {
            return false;
        }
        view.setPermissions(permissions);
        return true;
    }
}
