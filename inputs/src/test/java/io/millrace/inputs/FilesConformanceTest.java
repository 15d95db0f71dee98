// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.receiver.DirectSourceConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Files of lines, which appear whole in a real directory. */
class FilesConformanceTest extends DirectSourceConformance {
    @TempDir
    Path folder;

    @Override
    protected DirectSourceProvider provider() {
        return new FilesProvider();
    }

    @Override
    protected Map<String, String> settings() throws IOException {
        return Map.of(
                "directory",
                Files.createDirectories(folder.resolve("incoming")).toString(),
                "start",
                "earliest",
                "settle",
                "0ms",
                "poll-interval",
                "2ms");
    }

    @Override
    protected void produce(int from, int until) throws IOException {
        Path incoming = Files.createDirectories(folder.resolve("incoming"));
        List<String> lines =
                IntStream.range(from, until).mapToObj(Integer::toString).toList();
        Path written = Files.write(folder.resolve("numbers-" + from), lines);
        Files.move(written, incoming.resolve(written.getFileName()));
    }

    /** A file that is small is read whole. */
    @Override
    protected boolean dividesAnywhere() {
        return false;
    }

    @Override
    protected boolean forgets() {
        return true;
    }

    @Override
    protected void forget() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
