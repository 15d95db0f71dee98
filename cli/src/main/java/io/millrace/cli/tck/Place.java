// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.bench.TemporaryDirectory;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where log stores are tried: a place of this run alone.
 *
 * @param uri below which each test has a place of its own
 * @param temporary a directory that goes with the run; null if what was written stays
 */
record Place(URI uri, @Nullable TemporaryDirectory temporary) implements AutoCloseable {
    /** For what needs none. */
    static final Place NONE = new Place(URI.create("none:/"), null);

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

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
        TemporaryDirectory directory = TemporaryDirectory.make("give a place with --location file:///…");
        return new Place(URI.create(directory.path().toUri().toString().replaceAll("/+$", "")), directory);
    }

    @Override
    public void close() {
        if (temporary != null) {
            temporary.close();
        }
    }
}
