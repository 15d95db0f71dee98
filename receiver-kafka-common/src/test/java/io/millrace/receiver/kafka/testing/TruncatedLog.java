// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.testing;

import io.millrace.servers.KafkaServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Makes a partition's log lose its tail, as the election of a leader that lacks it does. */
public final class TruncatedLog {
    private static final String FIRST_SEGMENT = "00000000000000000000.log";

    private TruncatedLog() {}

    /**
     * Kills the broker, cuts the last batch off the partition's only segment, and starts the broker again.
     *
     * @param data the broker's data directory
     * @param partition such as {@code lines-0}
     * @return where the log ends now
     */
    public static long truncate(KafkaServer kafka, Path data, String partition) throws Exception {
        kafka.kill();
        Path segment = data.resolve("data").resolve(partition).resolve(FIRST_SEGMENT);
        cutLastBatch(segment);
        Files.deleteIfExists(segment.resolveSibling(".kafka_cleanshutdown"));
        kafka.restart();
        TopicPartition asked = new TopicPartition(
                partition.substring(0, partition.lastIndexOf('-')),
                Integer.parseInt(partition.substring(partition.lastIndexOf('-') + 1)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listOffsets(Map.of(asked, OffsetSpec.latest()))
                    .partitionResult(asked)
                    .get()
                    .offset();
        }
    }

    /** Leaves a part of the last batch, which the broker throws away when it recovers the log. */
    private static void cutLastBatch(Path segment) throws IOException {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.truncate(written(file) - 1);
        }
    }

    /** Behind the last byte that is not zero: segments may be allocated ahead. */
    private static long written(FileChannel file) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.size()));
        file.read(all, 0);
        int end = all.position();
        while (end > 0 && all.get(end - 1) == 0) {
            end--;
        }
        return end;
    }
}
