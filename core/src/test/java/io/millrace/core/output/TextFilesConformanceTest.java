// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.ResumableSinkConformance;
import io.millrace.testkit.sink.SinkContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class TextFilesConformanceTest extends ResumableSinkConformance {
    @TempDir
    private Path directory;

    @Override
    protected Sink.Resumable open(String output) {
        TextFilesProvider provider = new TextFilesProvider();
        Map<String, String> settings =
                Map.of("prefix", directory.resolve("numbers").toString(), "suffix", "txt");
        return (Sink.Resumable) provider.open(SinkContext.of(provider, output, settings));
    }

    @Override
    protected Object element(int number) {
        return number;
    }

    @Override
    protected List<Integer> visible() throws IOException {
        return WrittenNumbers.in(directory);
    }

    @Override
    protected int leftovers() throws IOException {
        return WrittenNumbers.hidden(directory);
    }
}
