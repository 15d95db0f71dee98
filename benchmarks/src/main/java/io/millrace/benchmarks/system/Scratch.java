// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that live as long as a run. */
public final class Scratch {
    private Scratch() {}

    /** Makes an empty directory on the disk that temporary files are on. */
    public static Path directory() throws IOException {
        return Files.createTempDirectory("millrace-benchmark");
    }

    /** Removes a directory and all that is in it. */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
