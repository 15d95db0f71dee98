// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import io.millrace.inputs.FileInput;
import java.nio.file.Path;
import java.time.Duration;

/** Shows the errors in the log files that are moved into a directory. */
public final class FileErrors {
    private FileErrors() {}

    public static void main(String[] args) throws InterruptedException {
        Path directory = Path.of(args.length > 0 ? args[0] : ".");
        try (StreamingContext ssc = StreamingContext.builder("file-errors")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(Path.of("file-errors-checkpoint"))
                .build()) {
            errors(ssc.receive(FileInput.in(directory).matching("*.log").linesWithFiles()))
                    .print();
            ssc.start();
            ssc.awaitTermination();
        }
    }

    static DStream<String> errors(DStream<FileInput.Line> lines) {
        return lines.filter(line -> line.text().contains("ERROR"))
                .map(line -> line.file() + "@" + line.offset() + ": " + line.text());
    }
}
