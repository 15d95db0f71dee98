// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine of a demo keeps its logs: a directory, the user's own store, or one that was started for the demo.
 *
 * @param location as a program gives it to {@code checkpoint(...)}
 * @param settings the file with the log store's settings; null if it needs none
 * @param note what a person would want to know besides the location; may be empty
 * @param server ends what was started for the demo
 */
record LogPlace(URI location, @Nullable Path settings, String note, Runnable server) implements AutoCloseable {
    /** A directory on the local disk. */
    static LogPlace directory(Path directory) {
        return new LogPlace(directory.toUri(), null, "", LogPlace::noServer);
    }

    /** The user's own store: a part of it that is named after the run. */
    static LogPlace yours(Path config, String run) {
        URI base = LogSettings.read(config).location();
        String text = base.toString();
        String below = (text.endsWith("/") ? text : text + "/") + run;
        return new LogPlace(URI.create(below), config, " (yours; stays there)", LogPlace::noServer);
    }

    /**
     * A store that was started for the demo.
     *
     * @param settings of the log store, without {@code wal.}; they are written to {@code file}, which only its owner
     *     can read
     */
    static LogPlace started(URI location, Map<String, String> settings, Path file, String note, Runnable server) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.setProperty(LogSettings.LOCATION, location.toString());
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (var out = Files.newBufferedWriter(file)) {
                properties.store(out, "Settings of the log store that the demo started");
            }
        } catch (IOException e) {
            server.run();
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "cannot write the settings of the log store to " + file + ": " + e, e);
        }
        return new LogPlace(location, file, note, server);
    }

    /** The place that a run was asked to use. */
    static LogPlace of(DemoOptions options, RunDirectory directory) {
        Path config = options.walConfig();
        if (config != null) {
            return yours(config, String.valueOf(directory.root().getFileName()));
        }
        return Optional.ofNullable(options.wal()).orElse(DemoLog.FILE).make(options.walJars(), directory);
    }

    private static void noServer() {}

    @Override
    public void close() {
        server.run();
    }
}
