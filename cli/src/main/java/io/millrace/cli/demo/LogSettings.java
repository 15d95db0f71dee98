// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that says where logs are and how their store is reached: Java properties, of which {@code location} is the URI
 * and all others are the log store's settings, without {@code wal.}. A file, so that secrets are on no command line.
 *
 * @param location a URI whose scheme names the log store
 * @param settings the log store's own
 */
public record LogSettings(URI location, Map<String, String> settings) {
    static final String LOCATION = "location";

    /**
     * Reads a file.
     *
     * @throws MillraceException if it cannot be read or names no location
     */
    public static LogSettings read(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(file, "it cannot be read as Java properties (" + e + ")", e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        String location = settings.remove(LOCATION);
        if (location == null) {
            throw unusable(file, "it has no line 'location = s3://bucket/prefix' (or another store's URI)", null);
        }
        try {
            URI uri = URI.create(location.trim());
            if (uri.getScheme() != null) {
                return new LogSettings(uri, settings);
            }
        } catch (IllegalArgumentException e) {
            // as below
        }
        throw unusable(file, "location '" + location + "' is no URI with a scheme", null);
    }

    private static MillraceException unusable(Path file, String problem, @Nullable Exception cause) {
        return new MillraceException(
                ErrorCode.USER_CONFIG, "the log store's settings in '" + file + "' are not usable: " + problem, cause);
    }

    /** Without the values, among which are secrets. */
    @Override
    public String toString() {
        return location + " with " + settings.keySet();
    }
}
