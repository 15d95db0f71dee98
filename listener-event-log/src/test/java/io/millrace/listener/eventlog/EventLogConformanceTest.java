// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import io.millrace.spi.listener.ListenerProvider;
import io.millrace.testkit.listener.StreamingListenerConformance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class EventLogConformanceTest extends StreamingListenerConformance {
    @TempDir
    Path folder;

    @Override
    protected ListenerProvider provider() {
        return new EventLogProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("path", folder.resolve("events.jsonl").toString(), "max-size", "64KiB", "keep", "2");
    }

    @Override
    protected List<Map<String, String>> unusable() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "");
        return List.of(
                Map.of("path", folder.toString()),
                Map.of("path", file.resolve("below-a-file.jsonl").toString()));
    }
}
