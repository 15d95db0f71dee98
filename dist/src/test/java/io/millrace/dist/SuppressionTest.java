// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An exception cannot suppress itself, and what throws the same one twice is not known beforehand: so failures are
 * suppressed by {@code Closing} alone, which looks, and streams that HDFS writes are closed by it.
 */
class SuppressionTest {
    private static final List<String> ELSEWHERE =
            List.of(".addSuppressed(", "try (FSDataOutputStream ", "try (HdfsDataOutputStream ");

    @Test
    void failuresAreSuppressedInOnePlace() throws IOException {
        Path root = Path.of("..").toRealPath();
        try (Stream<Path> files = Files.find(root, 20, (file, attributes) -> isMain(root.relativize(file)))) {
            List<String> suppressing = files.filter(SuppressionTest::suppresses)
                    .map(file -> file.getFileName().toString())
                    .toList();

            assertThat(suppressing).containsExactly("Closing.java");
        }
    }

    private static boolean isMain(Path file) {
        String name = file.toString();
        return name.endsWith(".java") && name.contains("src/main/java/") && !name.startsWith("benchmarks/");
    }

    private static boolean suppresses(Path file) {
        try {
            String source = Files.readString(file);
            return ELSEWHERE.stream().anyMatch(source::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
