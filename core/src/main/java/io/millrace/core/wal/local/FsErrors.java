// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns what a file system says into what a person can act on. Nothing was appended in all these cases. */
final class FsErrors {
    private FsErrors() {}

    /** Who this process is; Java calls a user without a name {@code ?}. */
    static String user(@Nullable String name) {
        return name == null || name.equals("?")
                ? "the user that this process runs as, which has a number and no name ('id -u' says it),"
                : "the user '" + name + "'";
    }

    /** The failure of {@code doing} (such as "create"), on {@code path}. */
    static WalException of(String doing, Path path, IOException cause) {
        String what = "cannot " + doing + " " + path + ": ";
        if (cause instanceof AccessDeniedException) {
            return new WalException(
                    Reason.ACCESS_DENIED,
                    what + "permission denied; give " + user(System.getProperty("user.name"))
                            + " the right to write there, or choose another directory",
                    cause);
        }
        if (cause instanceof NotDirectoryException
                || cause instanceof FileAlreadyExistsException
                || says(cause, "not a directory")) {
            return new WalException(
                    Reason.UNSUPPORTED,
                    what + "there is a file in the place of a directory; move it away, or choose another directory",
                    cause);
        }
        if (says(cause, "read-only")) {
            return new WalException(
                    Reason.ACCESS_DENIED,
                    what + "the file system is read-only; mount it for writing, or choose another directory",
                    cause);
        }
        if (isFull(cause)) {
            return new WalException(
                    Reason.FULL, what + "no space left on the disk; appends go on once there is room", cause);
        }
        return new WalException(Reason.TRANSIENT, what + reason(cause), cause);
    }

    /** Whether the disk, or what this user may use of it, is full. */
    static boolean isFull(IOException cause) {
        return says(cause, "no space left") || says(cause, "quota exceeded") || says(cause, "not enough space");
    }

    /** What went wrong, without the path that a message already names. */
    static String reason(IOException cause) {
        if (cause instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static boolean says(IOException cause, String words) {
        return cause.getMessage() != null
                && cause.getMessage().toLowerCase(Locale.ROOT).contains(words);
    }
}
