// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that goes with what it was made for.
 *
 * @param path where it is
 */
public record TemporaryDirectory(Path path) implements AutoCloseable {
    /**
     * Makes one.
     *
     * @param otherwise what a person can do if there can be none, for the error
     */
    public static TemporaryDirectory make(String otherwise) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory("millrace-tck-"));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "no temporary directory can be made (" + e + "): " + otherwise, e);
        }
    }

    /** Removes it with all that it holds. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary directory " + path + " cannot be removed", e);
        }
    }
}
