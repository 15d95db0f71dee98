// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where zips are expanded: the system property {@value #PROPERTY}, or else a folder of the user's own among the temporary
 * files. Never the plugins directory, which may be read-only or shared.
 */
final class WorkDirectory {
    /** The system property that names the work directory. */
    static final String PROPERTY = "millrace.plugins.work-directory";

    private WorkDirectory() {}

    /** The work directory, which exists, is writable, and is written to by this user alone. */
    static Path locate() {
        String configured = System.getProperty(PROPERTY);
        Path path = configured == null ? ownTemporary() : Path.of(configured);
        try {
            if (configured == null) {
                createNew(path);
            } else {
                Files.createDirectories(path, PrivateFiles.directory(path));
            }
            Path real = path.toRealPath();
            String owner = Permissions.foreignOwner(real);
            if (!owner.isEmpty()) {
                throw new IOException("it belongs to " + owner);
            }
            String open = Permissions.openToOthers(real);
            if (!open.isEmpty()) {
                throw new IOException(open + ", and could put code there; 'chmod go-w' it if all in it is yours");
            }
            return real;
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

    /** Its name is known, and any user may create it first, as a link too. */
    private static void createNew(Path path) throws IOException {
        try {
            Files.createDirectory(path, PrivateFiles.directory(path));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }
}
