// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Who may write where code is loaded from: whoever does decides what the program runs. A file system without POSIX
 * permissions keeps its own rules.
 */
final class Permissions {
    private Permissions() {}

    /** What is wrong if any user of the machine may write to it, with what it is now; empty if none may. */
    static String openToAll(Path path) throws IOException {
        return open(path, Set.of(PosixFilePermission.OTHERS_WRITE), "any user");
    }

    /** What is wrong if another user than the owner may write to it, with what it is now; empty if none may. */
    static String openToOthers(Path path) throws IOException {
        return open(
                path, Set.of(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE), "its group or others");
    }

    private static String open(Path path, Set<PosixFilePermission> refused, String who) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return "";
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        return permissions.stream().anyMatch(refused::contains)
                ? who + " may write to it (" + PosixFilePermissions.toString(permissions) + ")"
                : "";
    }

    /** Whose it is, if it is not the user's who runs this process; empty if it is. Needs to write into it to find out. */
    static String foreignOwner(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, "owner-", null);
        try {
            String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
            return owner.equals(Files.getOwner(probe).getName()) ? "" : owner;
        } finally {
            Files.delete(probe);
        }
    }
}
