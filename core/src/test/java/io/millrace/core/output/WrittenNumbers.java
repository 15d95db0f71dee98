// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a reader finds who looks at visible directories only. */
final class WrittenNumbers {
    private WrittenNumbers() {}

    static List<Integer> in(Path directory) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Path batch : entries(directory, false)) {
            try (Stream<Path> parts = Files.list(batch)) {
                for (Path part : parts.filter(p -> p.getFileName().toString().startsWith("part-"))
                        .toList()) {
                    Files.readAllLines(part).forEach(line -> numbers.add(Integer.valueOf(line)));
                }
            }
        }
        return numbers;
    }

    static int hidden(Path directory) throws IOException {
        return entries(directory, true).size();
    }

    private static List<Path> entries(Path directory, boolean hidden) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> p.getFileName().toString().startsWith(".") == hidden)
                    .toList();
        }
    }
}
