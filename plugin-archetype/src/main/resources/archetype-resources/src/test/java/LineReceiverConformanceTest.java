// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.ReliableReceiverConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class LineReceiverConformanceTest extends ReliableReceiverConformance {
    @TempDir
    Path folder;

    @Override
    protected ReceiverProvider provider() {
        return new LineReceiverProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("file", folder.resolve("lines.txt").toString(), "poll.interval", "2ms");
    }

    @Override
    protected void send(List<String> values) throws IOException {
        Files.write(folder.resolve("lines.txt"), values, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    protected boolean isTold() {
        return false; // the file keeps its lines, whoever has read them
    }

    @Override
    protected boolean tellsIdle() {
        return true;
    }
}
