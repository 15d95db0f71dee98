// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.file;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * With which permissions the engine makes what holds records and states: for the user of the program alone, whatever the
 * umask, from the moment at which it is made. A file system that knows no such permissions keeps its own rules. Outputs of
 * the program are not made so: others are meant to read them.
 */
public final class PrivateFiles {
    private static final FileAttribute<?>[] NONE = {};

    private PrivateFiles() {}

    /** Of a directory: 0700. */
    public static FileAttribute<?>[] directory(Path made) {
        return permissions(made, "rwx------");
    }

    /** Of a file: 0600. */
    public static FileAttribute<?>[] file(Path made) {
        return permissions(made, "rw-------");
    }

    private static FileAttribute<?>[] permissions(Path made, String permissions) {
        return made.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : NONE;
    }
}
