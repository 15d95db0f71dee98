// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.testkit.bench.SinkBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** For {@code text-files}: a temporary directory, of which a reader sees what is not hidden. */
final class TextFilesBench implements SinkBench {
    @Override
    public String provider() {
        return "text-files";
    }

    @Override
    public Target open(Map<String, String> given) {
        return new Directory(given, TemporaryDirectory.make("name another with -Djava.io.tmpdir"));
    }

    private record Directory(Map<String, String> given, TemporaryDirectory directory) implements Target {
        @Override
        public Map<String, String> settings(String output) {
            Map<String, String> settings = new HashMap<>(given);
            settings.put("prefix", directory.path().resolve("numbers").toString());
            return settings;
        }

        @Override
        public Object element(int number) {
            return number;
        }

        @Override
        public List<Integer> visible() throws IOException {
            List<Integer> numbers = new ArrayList<>();
            for (Path batch : entries(false)) {
                try (Stream<Path> files = Files.list(batch)) {
                    List<Path> parts = files.filter(
                                    file -> file.getFileName().toString().startsWith("part-"))
                            .toList();
                    for (Path part : parts) {
                        Files.readAllLines(part).forEach(line -> numbers.add(Integer.valueOf(line)));
                    }
                }
            }
            return numbers;
        }

        @Override
        public int leftovers() throws IOException {
            return entries(true).size();
        }

        private List<Path> entries(boolean hidden) throws IOException {
            try (Stream<Path> all = Files.list(directory.path())) {
                return all.filter(entry -> entry.getFileName().toString().startsWith(".") == hidden)
                        .toList();
            }
        }

        @Override
        public void close() {
            directory.close();
        }
    }
}
