// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What somebody asks a running program for by a file: to stop gracefully, and perhaps to write a savepoint. The file holds
 * properties; an empty one asks for a stop, so {@code touch} is enough.
 *
 * @param deadline how long it may take; empty for the program's own {@code stop.deadline}
 * @param savepoint the file to write; empty for none
 */
public record StopRequest(Optional<Duration> deadline, Optional<Path> savepoint) {
    /** The name of the file in a checkpoint that is a directory. */
    public static final String FILE = "STOP";

    private static final ConfigOption<Duration> DEADLINE =
            ConfigOption.duration("deadline", Duration.ofMillis(1), "how long the stop may take");
    private static final ConfigOption<String> SAVEPOINT = ConfigOption.text("savepoint", "the savepoint to write");
    private static final ConfigSpec SPEC = ConfigSpec.of(DEADLINE, SAVEPOINT);

    /** Puts the request where the program looks, whole or not at all. */
    public void write(Path file) {
        Map<String, String> properties = new LinkedHashMap<>();
        deadline.ifPresent(value -> properties.put(DEADLINE.key(), value.toMillis() + "ms"));
        savepoint.ifPresent(
                value -> properties.put(SAVEPOINT.key(), value.toAbsolutePath().toString()));
        PropertyFile.write(file, properties);
    }

    /**
     * Reads a request and removes its file.
     *
     * @throws MillraceException if it cannot be understood; it is removed then, too
     */
    static StopRequest take(Path file) {
        Map<String, String> properties = new LinkedHashMap<>();
        try {
            Properties read;
            try {
                read = PropertyFile.readOwn(file);
            } finally {
                Files.deleteIfExists(file);
            }
            read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "the stop request '" + file + "' cannot be read: " + e.getMessage(), e);
        }
        return of(file, properties);
    }

    private static StopRequest of(Path file, Map<String, String> properties) {
        try {
            Settings settings = SPEC.parse("stop request '" + file + "'", properties);
            return new StopRequest(
                    settings.find(DEADLINE), settings.find(SAVEPOINT).map(Path::of));
        } catch (InvalidPathException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the stop request '" + file + "' names a savepoint that no file can be called: " + e.getReason(),
                    e);
        }
    }
}
