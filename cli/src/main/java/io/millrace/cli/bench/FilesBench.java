// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.testkit.bench.DirectBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** For {@code files}: files of lines appear whole in a temporary directory. */
final class FilesBench implements DirectBench {
    @Override
    public String provider() {
        return "files";
    }

    @Override
    public FilledSource open(Map<String, String> given) throws IOException {
        TemporaryDirectory directory = TemporaryDirectory.make("name another with -Djava.io.tmpdir");
        return new Incoming(
                given, directory, Files.createDirectory(directory.path().resolve("incoming")));
    }

    private record Incoming(Map<String, String> given, TemporaryDirectory directory, Path incoming)
            implements FilledSource {
        @Override
        public Map<String, String> settings() {
            Map<String, String> settings = new HashMap<>(Map.of("settle", "0ms", "poll-interval", "2ms"));
            settings.putAll(given);
            settings.put("directory", incoming.toString());
            settings.put("start", "earliest");
            return settings;
        }

        @Override
        public void produce(int from, int until) throws IOException {
            List<String> lines =
                    IntStream.range(from, until).mapToObj(Integer::toString).toList();
            Path written = Files.write(directory.path().resolve("numbers-" + from), lines);
            Files.move(written, incoming.resolve(written.getFileName()));
        }

        /** A file that is small is read whole. */
        @Override
        public boolean dividesAnywhere() {
            return false;
        }

        @Override
        public boolean forgets() {
            return true;
        }

        @Override
        public void forget() throws IOException {
            try (Stream<Path> files = Files.list(incoming)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }

        @Override
        public void close() {
            directory.close();
        }
    }
}
