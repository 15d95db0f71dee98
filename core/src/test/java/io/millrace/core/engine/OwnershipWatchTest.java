// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that has nothing to write learns that its checkpoint was taken away, or that another process has it. */
@Timeout(120)
class OwnershipWatchTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration BUSY = Duration.ofMillis(20);

    /** The next batch is a long time away. */
    private static final Duration IDLE = Duration.ofHours(10);

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("watched", 1);
    private final Map<String, Long> totals = new ConcurrentHashMap<>();

    private Path place() {
        return directory.resolve("program");
    }

    private StreamingContext program(Duration interval) {
        StreamingContext context = StreamingContext.builder("words")
                .batchInterval(interval)
                .checkpoint(place())
                .build();
        context.receive("lines", "topic-direct", Map.of("topic", "watched"))
                .map(record -> record.valueUtf8())
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
        return context;
    }

    private void countsOneMore(long total) {
        topic.add(0, "a");
        try (StreamingContext context = program(BUSY)) {
            context.start();
            await().atMost(SOON).until(() -> totals.getOrDefault("a", 0L) == total);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ledger", "data", "state", "EPOCH-000002", "data/LOG-000002", "ledger/LOG-000002"})
    void aPartThatIsMovedEndsAProgramWithoutWork(String part) throws IOException {
        countsOneMore(1);
        Path taken = place().resolve(part).normalize();
        Path elsewhere = directory.resolve("elsewhere");
        try (StreamingContext context = program(IDLE)) {
            context.start();
            Files.move(taken, elsewhere);
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining(place().toString())
                    .hasMessageContaining("has lost");
        }
        assertThat(taken).doesNotExist();
        Files.move(elsewhere, taken);
        countsOneMore(2);
    }

    @Test
    void aHigherEpochEndsAProgramWithoutWork() throws IOException {
        try (StreamingContext context = program(IDLE)) {
            context.start();
            // as another process does that claims the logs
            Files.move(place().resolve("EPOCH-000001"), place().resolve("EPOCH-000002"));
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("belongs to epoch 2 now");
        }
    }
}
