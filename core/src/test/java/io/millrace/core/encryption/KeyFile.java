// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** A key file for programs under test, and the settings that name it. */
public final class KeyFile {
    private final Path file;

    /** Writes it. */
    public KeyFile(Path file, String... ids) {
        this.file = file;
        write(ids);
    }

    /** Makes it hold keys with these ids, whose secrets are their ids. */
    public void write(String... ids) {
        writeLines(Arrays.stream(ids).map(id -> TestKeys.line(id, id)).toArray(String[]::new));
    }

    /** Makes it hold these lines. */
    public void writeLines(String... lines) {
        try {
            Files.writeString(file, Arrays.stream(lines).collect(Collectors.joining("\n")));
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings that name it. */
    public Map<String, String> settings() {
        return Map.of("encryption.key-file", file.toString());
    }

    /** The same, for logs that hold what is not encrypted. */
    public Map<String, String> acceptingPlain() {
        return Map.of("encryption.key-file", file.toString(), "encryption.accept-plain", "true");
    }
}
