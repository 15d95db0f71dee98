// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What no other receiver could do better ends the program, and is not tried again for ever. */
@ExtendWith(RealKafka.class)
@Timeout(120)
class HopelessReceiverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FIRST_SEGMENT = "00000000000000000000.log";

    @TempDir
    private Path checkpoint;

    @Test
    void aRecordThatIsTooLargeEndsTheProgram(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "small", "x".repeat(3_000));

        MillraceException end = end(topic, Map.of("record.max-bytes", "1KiB"));

        assertThat(end.code()).isEqualTo(ErrorCode.USER_CONFIG);
        assertThat(end)
                .hasMessageContaining("the record at offset 1 of " + topic.partition(0))
                .hasMessageContaining("record.max-bytes");
    }

    @Test
    void aRecordThatIsDamagedEndsTheProgram(@TempDir Path directory) throws Exception {
        try (KafkaServer kafka = KafkaServer.builder().dataDirectory(directory).start()) {
            TestTopic topic = TestTopic.create(kafka, 1);
            topic.send(0, "whole");
            topic.send(0, "damaged");
            damageLast(directory.resolve("data").resolve(topic.partition(0)).resolve(FIRST_SEGMENT));

            MillraceException end = end(topic, Map.of());

            assertThat(end.code()).isEqualTo(ErrorCode.CORRUPT_DATA);
            assertThat(end).hasMessageContaining(topic.partition(0)).hasMessageContaining("at offset 1");
        }
    }

    private MillraceException end(TestTopic topic, Map<String, String> settings) {
        try (StreamingContext context = StreamingContext.builder("hopeless")
                .batchInterval(Duration.ofMillis(100))
                .checkpoint(checkpoint.toUri())
                .set(settings)
                .build()) {
            context.receive("lines", KafkaReliableProvider.NAME, topic.settings())
                    .map(record -> requireNonNull(record.valueUtf8()))
                    .foreachBatch("lines", batch -> {});
            context.start();
            return catchThrowableOfType(MillraceException.class, () -> context.awaitTermination(PATIENCE));
        }
    }

    /** Changes the last byte that is not zero, while the broker runs: it reads the file whenever it is asked. */
    private static void damageLast(Path segment) throws Exception {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(all, 0);
            int last = all.position() - 1;
            while (all.get(last) == 0) {
                last--;
            }
            file.write(ByteBuffer.wrap(new byte[] {(byte) (all.get(last) ^ 1)}), last);
        }
    }
}
