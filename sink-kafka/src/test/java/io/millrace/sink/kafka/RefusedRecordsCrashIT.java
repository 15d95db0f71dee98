// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.testkit.sink.SinkCrashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each number is in the topic or in a letter, once: whatever dies, and whenever. */
@ExtendWith(RealKafka.class)
@Tag("long")
class RefusedRecordsCrashIT extends SinkCrashes {
    @TempDir
    private Path letters;

    private final KafkaServer kafka;
    private final NumbersTopic topic;

    RefusedRecordsCrashIT(KafkaServer kafka) {
        this.kafka = kafka;
        topic = new NumbersTopic(kafka, Map.of("max.message.bytes", String.valueOf(RefusedRecordsMain.TOPIC_BYTES)));
    }

    @Override
    protected Class<?> program() {
        return RefusedRecordsMain.class;
    }

    @Override
    protected List<String> arguments() {
        return List.of(kafka.bootstrapServers(), topic.name(), letters.toString());
    }

    @Override
    protected List<Integer> visible() throws IOException {
        List<Integer> numbers = new ArrayList<>(topic.numbers());
        try (Stream<Path> files = Files.walk(letters)) {
            for (Path file : files.filter(path -> path.toString().endsWith(DeadLetterFile.SUFFIX))
                    .toList()) {
                for (DeadLetter letter : DeadLetterFile.read(file)) {
                    numbers.add(Integer.valueOf(letter.element()));
                }
            }
        }
        return numbers;
    }

    @Override
    protected boolean fences() {
        return true;
    }
}
