// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where log stores are tried: a place of this run alone.
 *
 * @param uri below which each test has a place of its own
 * @param temporary a directory that goes with the run; null if what was written stays
 */
record Place(URI uri, @Nullable Path temporary) implements AutoCloseable {
    /** For what needs none. */
    static final Place NONE = new Place(URI.create("none:/"), null);

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

    /**
     * A place for a store.
     *
     * @param scheme the provider's name
     * @param location what the user said; null if nothing
     */
    static Place of(String scheme, @Nullable URI location) {
        String run = "tck-" + ZonedDateTime.now(ZoneOffset.UTC).format(STAMP);
        if (location == null) {
            return switch (scheme) {
                case "file" -> ofThisRun();
                case "mem" -> new Place(URI.create("mem:/" + run), null);
                default ->
                    throw new MillraceException(
                            ErrorCode.USER_CONFIG,
                            "log store '" + scheme + "' needs a place to be tried at: give one with --location "
                                    + scheme + "://…, or as 'location = …' in the file of --config");
            };
        }
        if (!scheme.equals(location.getScheme())) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "location '" + location + "' is not one of log store '" + scheme + "': it must begin with '"
                            + scheme + ":'");
        }
        return new Place(URI.create(location.toString().replaceAll("/+$", "") + "/" + run), null);
    }

    private static Place ofThisRun() {
        try {
            Path directory = Files.createTempDirectory("millrace-tck-");
            return new Place(URI.create(directory.toUri().toString().replaceAll("/+$", "")), directory);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "no temporary directory can be made (" + e + "): give a place with --location file:///…",
                    e);
        }
    }

    @Override
    public void close() {
        if (temporary == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(temporary)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary directory " + temporary + " cannot be removed", e);
        }
    }
}
