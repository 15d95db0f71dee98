// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/**
 * Where zips are expanded: the system property {@value #PROPERTY}, or else a folder of the user's own among the temporary
 * files. Never the plugins directory, which may be read-only or shared.
 */
final class WorkDirectory {
    /** The system property that names the work directory. */
    static final String PROPERTY = "millrace.plugins.work-directory";

    private WorkDirectory() {}

    /** The work directory, which exists and is writable. */
    static Path locate() {
        String configured = System.getProperty(PROPERTY);
        Path path = configured == null ? ownTemporary() : Path.of(configured);
        try {
            if (configured == null) {
                createPrivate(path);
                checkOwner(path);
            } else {
                Files.createDirectories(path);
            }
            return path.toRealPath();
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "plugin zips cannot be expanded into '" + path + "' (" + e
                            + "); name a writable directory of your own with -D" + PROPERTY,
                    e);
        }
    }

    private static Path ownTemporary() {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "millrace-plugins-" + user);
    }

    private static void createPrivate(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createDirectory(path, attributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    /** Whoever owns the folder decides what code runs: its name is known, and everybody may create it first. */
    private static void checkOwner(Path path) throws IOException {
        Path probe = Files.createTempFile(path, "owner-", null);
        try {
            UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(Files.getOwner(probe))) {
                throw new IOException("it belongs to " + owner.getName());
            }
        } finally {
            Files.delete(probe);
        }
    }
}
